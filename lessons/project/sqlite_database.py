"""Harbour's database: tables of rows in one SQLite file, with the functions that the lessons' database.py has.

A row is a dict. Its `id` is unique in its table: choose one, or leave it out and get the next number.
What a transaction writes is seen by others once it has been committed, not before. A project that grows puts
PostgreSQL and an ORM here.
"""

import json
import os
import sqlite3


class NotFound(Exception):
    """There is no row with that id, or none that has been committed."""


class AlreadyThere(Exception):
    """There is a row with that id already."""


class DatabaseError(Exception):
    """The database did not do it, for another reason."""


class Session:
    """One connection to the database. Outside of a transaction each statement commits by itself."""

    def __init__(self):
        # A second writer waits until the first one has ended, 10 seconds at most.
        self._db = sqlite3.connect(os.environ.get('DATABASE_FILE', 'harbour.sqlite'), timeout=10, isolation_level=None)
        self._db.execute('PRAGMA journal_mode=WAL')
        self._db.execute('CREATE TABLE IF NOT EXISTS rows (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id))')

    def insert(self, table, **columns):
        """Adds a row and returns its id."""
        id = columns.setdefault('id', None)
        if id is None:
            numbers = "SELECT max(CAST(id AS INTEGER)) FROM rows WHERE kind = ? AND id NOT GLOB '*[^0-9]*'"
            id = columns['id'] = (self._one(numbers, table)[0] or 0) + 1
        try:
            self._run('INSERT INTO rows VALUES (?, ?, ?)', table, str(id), json.dumps(columns))
        except sqlite3.IntegrityError:
            raise AlreadyThere(f'{table} has a row {id} already') from None
        return id

    def get(self, table, id):
        row = self._one('SELECT body FROM rows WHERE kind = ? AND id = ?', table, str(id))
        if row is None:
            raise NotFound(f'{table} has no row {id}')
        return json.loads(row[0])

    def find(self, table, **columns):
        """All rows whose columns have these values."""
        rows = [json.loads(body) for (body,) in self._run('SELECT body FROM rows WHERE kind = ? ORDER BY rowid', table)]
        return [row for row in rows if all(str(row.get(name)) == str(value) for name, value in columns.items())]

    def update(self, table, id, **columns):
        """Changes some columns of a row and returns the row."""
        row = {**self.get(table, id), **columns}
        self._run('UPDATE rows SET body = ? WHERE kind = ? AND id = ?', json.dumps(row), table, str(id))
        return row

    def delete(self, table, id):
        if self._run('DELETE FROM rows WHERE kind = ? AND id = ?', table, str(id)).rowcount == 0:
            raise NotFound(f'{table} has no row {id}')

    def close(self):
        self._db.close()

    def _one(self, statement, *values):
        return self._run(statement, *values).fetchone()

    def _run(self, statement, *values):
        try:
            return self._db.execute(statement, values)
        except sqlite3.OperationalError as exc:
            raise DatabaseError(str(exc)) from exc


class transaction(Session):
    """Commits at the end of the `with` block; rolls back when the block raises."""

    def __enter__(self):
        self._after_commit = []
        self._run('BEGIN IMMEDIATE')
        return self

    def on_commit(self, function):
        """Calls `function()` once the commit is over; never, if it is rolled back."""
        self._after_commit.append(function)

    def __exit__(self, error, *_):
        try:
            self._run('ROLLBACK' if error else 'COMMIT')
        finally:
            self.close()
        if error is None:
            for function in self._after_commit:
                function()


def _alone(statement):
    """The same statement as a function of this module: connect, do it, close."""

    def alone(*args, **columns):
        session = Session()
        try:
            return getattr(session, statement)(*args, **columns)
        finally:
            session.close()

    return alone


insert, get, find, update, delete = map(_alone, ('insert', 'get', 'find', 'update', 'delete'))
