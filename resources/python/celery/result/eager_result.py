"""`EagerResult`: of a call that ran where it was made. Celery: celery/result.py"""
from celery import states
from celery.result.async_result import AsyncResult
from celery.result.base import Ready, assert_will_not_block


class EagerResult(AsyncResult):
    """Known from the start: nothing is asked of the result backend."""

    def __init__(self, id, ret_value, state, traceback=None):
        self.id = id
        self.parent = None
        self._result = ret_value
        self._state = state
        self._traceback = traceback
        self.on_ready = Ready()
        self.on_ready(self)

    @property
    def _cache(self):
        return {'task_id': self.id, 'result': self._result, 'status': self._state, 'traceback': self._traceback}

    def _meta(self):
        return self._cache

    result = info = property(lambda self: self._result)
    state = status = property(lambda self: self._state)
    traceback = property(lambda self: self._traceback)
    supports_native_join = False

    def ready(self):
        return True

    def get(self, timeout=None, propagate=True, disable_sync_subtasks=True, **kwargs):
        if disable_sync_subtasks:
            assert_will_not_block()
        if self.successful():
            return self.result
        if self.state in states.PROPAGATE_STATES:
            if propagate:
                raise self.result if isinstance(self.result, Exception) else Exception(self.result)
            return self.result
        return None

    wait = get

    def maybe_throw(self, propagate=True, callback=None):
        if propagate and self.state in states.PROPAGATE_STATES:
            raise self.result
        return self.result

    def forget(self):
        """There is nothing stored."""

    def revoke(self, *args, **kwargs):
        self._state = states.REVOKED

    def __repr__(self):
        return f'<EagerResult: {self.id}>'

    def __reduce__(self):
        return EagerResult, (self.id, self._result, self._state, self._traceback)
