"""What results have in common. Celery: celery/result.py (ResultBase, assert_will_not_block, allow_join_result)"""
from contextlib import contextmanager

from celery import _state


class ResultBase:
    """Base of results."""

    parent = None


class Ready:
    """Callbacks that wait for a result, each called once. Vine's promise, as far as results use it."""

    def __init__(self):
        self.value = self.reason = None
        self.ready = False
        self._waiting = []

    def then(self, callback, on_error=None):
        if self.ready:
            callback(self.value)
        else:
            self._waiting.append((callback, on_error))
        return callback

    def __call__(self, value):
        if self.ready:
            return
        self.ready, self.value = True, value
        waiting, self._waiting = self._waiting, []
        for callback, on_error in waiting:
            try:
                callback(value)
            except Exception as exc:
                if on_error is None:
                    raise
                on_error(exc)


def assert_will_not_block():
    if _state.task_join_will_block():
        raise RuntimeError(
            'Never call result.get() within a task!\n'
            'See https://docs.celeryq.dev/en/latest/userguide/tasks.html#avoid-launching-synchronous-subtasks'
        )


@contextmanager
def allow_join_result():
    """Inside it a task may wait for another one; whether anybody is free to run that one is its own affair."""
    was = _state.set_task_join_will_block(False)
    try:
        yield
    finally:
        _state.set_task_join_will_block(was)


@contextmanager
def denied_join_result():
    """Inside it nobody may."""
    was = _state.set_task_join_will_block(True)
    try:
        yield
    finally:
        _state.set_task_join_will_block(was)
