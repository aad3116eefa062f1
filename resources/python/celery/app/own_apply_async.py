"""What follows a task and belongs to a class with an `apply_async` of its own is sent by that, in the process of the task.

Steps of a chain, links, errbacks and bodies of chords. Celery: celery/app/trace.py, celery/backends/redis.py
"""
from celery import _state

#: The task that has ended last with something to follow it, and its request.
_last = None


def remember(task, context):
    global _last
    follows = context.callbacks or context.errbacks or context.chain or context.chord
    _last = (task, context) if follows else None


def call(app, name, args, kwargs, options, parent):
    """A TaskOutcome of what the task's own code did."""
    from celery.app.trace import failure_of_no_task

    parent = parent or {}
    known = _last is not None and _last[1].id == parent.get('id')
    if not known:
        # It ended elsewhere, and no task is the current one here.
        options = {'root_id': parent.get('rootId'), 'parent_id': parent.get('id'), **options}
    try:
        if known:
            _state.push_task(_last[0])
            _last[0].push_context(_last[1])
        app.tasks[name].apply_async(tuple(args), kwargs, **options)
    except Exception as exc:
        return failure_of_no_task(exc)
    finally:
        if known:
            _last[0].pop_request()
            _state.pop_task()
    return {'kind': 'success', 'resultJson': 'null', 'resultRepr': 'None', 'runtimeSeconds': 0}
