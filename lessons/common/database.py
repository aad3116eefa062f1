"""Harbour's database: tables of rows, where a real project has PostgreSQL and an ORM.

A row is a dict. Its `id` is unique in its table: choose one, or leave it out and get the next number.
What a transaction writes is seen by others once it has been committed, not before:

    with database.transaction() as db:
        order_id = db.insert('orders', email='ada@example.com')
"""

import json
import os
from http.client import HTTPConnection
from urllib.parse import quote, urlencode, urlsplit


class NotFound(Exception):
    """There is no row with that id, or none that has been committed."""


class AlreadyThere(Exception):
    """There is a row with that id already."""


class DatabaseError(Exception):
    """The database did not do it, for another reason."""


class Session:
    """One connection to the database. Outside of a transaction each statement commits by itself."""

    def __init__(self):
        self._http = HTTPConnection(urlsplit(os.environ['DB_URL']).netloc)

    def insert(self, table, **columns):
        """Adds a row and returns its id."""
        return self._ask('POST', f'/{table}', columns)['id']

    def get(self, table, id):
        return self._ask('GET', f'/{table}/{quote(str(id), safe="")}')

    def find(self, table, **columns):
        """All rows whose columns have these values."""
        return self._ask('GET', f'/{table}?{urlencode(columns)}')

    def update(self, table, id, **columns):
        """Changes some columns of a row and returns the row."""
        return self._ask('PATCH', f'/{table}/{quote(str(id), safe="")}', columns)

    def delete(self, table, id):
        self._ask('DELETE', f'/{table}/{quote(str(id), safe="")}')

    def close(self):
        self._http.close()

    def _ask(self, method, path, columns=None):
        self._http.request(method, path, None if columns is None else json.dumps(columns))
        response = self._http.getresponse()
        answer = json.loads(response.read())
        if response.status < 300:
            return answer
        errors = {404: NotFound, 409: AlreadyThere}
        raise errors.get(response.status, DatabaseError)(answer['error'])


class transaction(Session):
    """Commits at the end of the `with` block; rolls back when the block raises."""

    def __enter__(self):
        self._after_commit = []
        self._ask('POST', '/begin')
        return self

    def on_commit(self, function):
        """Calls `function()` once the commit is over; never, if it is rolled back."""
        self._after_commit.append(function)

    def __exit__(self, error, *_):
        try:
            self._ask('POST', '/rollback' if error else '/commit')
        finally:
            self.close()
        if error is None:
            for function in self._after_commit:
                function()


def _alone(statement):
    """The same statement as a function of this module: connect, do it, commit, close."""

    def alone(*args, **columns):
        session = Session()
        try:
            return getattr(session, statement)(*args, **columns)
        finally:
            session.close()

    return alone


insert, get, find, update, delete = map(_alone, ('insert', 'get', 'find', 'update', 'delete'))
