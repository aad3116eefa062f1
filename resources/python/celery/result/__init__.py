"""Results: of one task, of a group, and of what a stored result lists as children. Celery: celery/result.py"""
from celery._state import get_current_app
from celery.result.async_result import AsyncResult
from celery.result.base import ResultBase, allow_join_result, assert_will_not_block, denied_join_result
from celery.result.eager_result import EagerResult
from celery.result.group_result import GroupResult, ResultSet

__all__ = (
    'AsyncResult', 'EagerResult', 'GroupResult', 'ResultBase', 'ResultSet', 'allow_join_result', 'assert_will_not_block',
    'denied_join_result', 'result_from_tuple',
)  # fmt: skip


def result_from_tuple(r, app=None):
    """`[[id, parent], None]` is one task's, `[[id, parent], [...]]` a group's."""
    if isinstance(r, ResultBase):
        return r
    app = app or get_current_app()
    head, members = r
    id, parent = head if isinstance(head, (list, tuple)) else (head, None)
    parent = result_from_tuple(parent, app) if parent else None
    if members is None:
        return AsyncResult(id, app=app, parent=parent)
    return GroupResult(id, [result_from_tuple(member, app) for member in members], parent=parent, app=app)
