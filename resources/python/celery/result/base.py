"""What results have in common. Celery: celery/result.py (ResultBase, assert_will_not_block, allow_join_result)"""
from contextlib import contextmanager

from celery import _state


class ResultBase:
    """Base of results."""

    parent = None


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
