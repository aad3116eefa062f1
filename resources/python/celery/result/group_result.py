"""`ResultSet` and `GroupResult`: several results as one. Celery: celery/result.py (ResultSet, GroupResult)"""
import json
import time

from celery._state import get_current_app
from celery.app.sending import ask_engine
from celery.exceptions import ImproperlyConfigured, TimeoutError
from celery.result.async_result import as_they_come
from celery.result.base import Ready, ResultBase, assert_will_not_block
from lab_host.not_covered import attribute_of


class ResultSet(ResultBase):
    """A list of results that can be asked and waited for together."""

    def __init__(self, results, app=None, ready_barrier=None, **kwargs):
        self._app = app
        self.results = results
        self.on_ready = Ready()
        for result in results or ():
            result.then(self._one_is_ready)

    @property
    def app(self):
        return self._app or (self.results[0].app if self.results else get_current_app())

    @app.setter
    def app(self, app):
        self._app = app

    @property
    def supports_native_join(self):
        return bool(self.results) and self.results[0].supports_native_join

    def then(self, callback, on_error=None, weak=False):
        """Called with this set as soon as every result in it is known here."""
        return self.on_ready.then(callback, on_error)

    def _one_is_ready(self, _result):
        if all(result.on_ready.ready for result in self.results):
            self.on_ready(self)

    def add(self, result):
        if result not in self.results:
            self.results.append(result)
            result.then(self._one_is_ready)

    def remove(self, result):
        result = self.app.AsyncResult(result) if isinstance(result, str) else result
        try:
            self.results.remove(result)
        except ValueError:
            raise KeyError(result) from None

    def discard(self, result):
        if result in self.results:
            self.results.remove(result)

    def update(self, results):
        self.results.extend(result for result in results if result not in self.results)

    def revoke(self, connection=None, terminate=False, signal=None, wait=False, timeout=None):
        """As AsyncResult.revoke, of all."""
        ids = [result.id for result in self.results]
        return self.app.control.revoke(
            ids, connection=connection, timeout=timeout, terminate=terminate, signal=signal, reply=wait
        )

    def clear(self):
        self.results[:] = []

    def successful(self):
        return all(result.successful() for result in self.results)

    def failed(self):
        return any(result.failed() for result in self.results)

    def waiting(self):
        return any(not result.ready() for result in self.results)

    def ready(self):
        return all(result.ready() for result in self.results)

    def completed_count(self):
        """As Celery: those that have succeeded."""
        return sum(result.successful() for result in self.results)

    def maybe_throw(self, callback=None, propagate=True):
        for result in self.results:
            result.maybe_throw(callback=callback, propagate=propagate)

    maybe_reraise = maybe_throw

    def forget(self):
        for result in self.results:
            result.forget()

    def get(
        self, timeout=None, propagate=True, interval=0.5, callback=None, no_ack=True, on_message=None,
        disable_sync_subtasks=True, on_interval=None,
    ):  # fmt: skip
        """The values in the order of the set. With a callback each goes to it instead, as they come."""
        how = self.join_native if self.supports_native_join else self.join
        return how(
            timeout=timeout, propagate=propagate, callback=callback, on_message=on_message,
            disable_sync_subtasks=disable_sync_subtasks,
        )  # fmt: skip

    def join(
        self, timeout=None, propagate=True, interval=0.5, callback=None, no_ack=True, on_message=None,
        disable_sync_subtasks=True, on_interval=None,
    ):  # fmt: skip
        """Waits for one after the other."""
        if disable_sync_subtasks:
            assert_will_not_block()
        if on_message is not None:
            raise ImproperlyConfigured('Backend does not support on_message callback')
        until = time.monotonic() + timeout if timeout else None
        values = []
        for result in self.results:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError('join operation timed out')
            value = result.get(timeout=left, propagate=propagate, disable_sync_subtasks=disable_sync_subtasks)
            if callback:
                callback(result.id, value)
            else:
                values.append(value)
        return values

    def join_native(
        self, timeout=None, propagate=True, interval=0.5, callback=None, no_ack=True, on_message=None,
        on_interval=None, disable_sync_subtasks=True,
    ):  # fmt: skip
        """Waits for all at the same time; the first one that has failed is raised."""
        if disable_sync_subtasks:
            assert_will_not_block()
        values = {}
        for result in as_they_come(self.results, timeout, propagate):
            if isinstance(result, ResultSet):
                value = [one.get(disable_sync_subtasks=disable_sync_subtasks) for one in result.results]
            elif propagate:
                value = result.maybe_throw()
            else:
                value = result.result
            values[id(result)] = value
            if callback:
                callback(result.id, value)
        return None if callback else [values[id(result)] for result in self.results]

    def __iter__(self):
        return iter(self.results)

    def __getitem__(self, index):
        return self.results[index]

    def __len__(self):
        return len(self.results)

    def __getattr__(self, name):
        return attribute_of(type(self).__name__)(name)

    def __eq__(self, other):
        return other.results == self.results if isinstance(other, ResultSet) else NotImplemented

    def __repr__(self):
        return f'<{type(self).__name__}: [{", ".join(result.id for result in self.results)}]>'


class GroupResult(ResultSet):
    """The results of a group, with its id."""

    def __init__(self, id=None, results=None, parent=None, **kwargs):
        self.id = id
        self.parent = parent
        super().__init__(results, **kwargs)

    @property
    def children(self):
        return self.results

    def save(self, backend=None):
        """Kept in the result backend, for `restore`."""
        ask_engine('save-group', groupId=self.id, resultJson=json.dumps(self.as_tuple()))
        return self

    def delete(self, backend=None):
        ask_engine('delete-group', groupId=self.id)

    @classmethod
    def restore(cls, id, backend=None, app=None):
        """None when nothing was saved under that id."""
        from celery.result import result_from_tuple

        saved = json.loads(ask_engine('saved-group', groupId=id))
        return None if saved is None else result_from_tuple(saved['result'], app)

    def as_tuple(self):
        return (self.id, self.parent and self.parent.as_tuple()), [result.as_tuple() for result in self.results]

    def __bool__(self):
        return bool(self.id or self.results)

    def __eq__(self, other):
        if isinstance(other, GroupResult):
            return (other.id, other.results, other.parent) == (self.id, self.results, self.parent)
        return other == self.id if isinstance(other, str) else NotImplemented

    def __hash__(self):
        return hash(self.id)

    def __str__(self):
        return str(self.id)

    def __repr__(self):
        return f'<{type(self).__name__}: {self.id} [{", ".join(result.id for result in self.results)}]>'

    def __reduce__(self):
        return type(self), (self.id, self.results)
