"""What is current in this process: the app, the running task, and shared tasks that wait for an app.

Celery: celery/_state.py. One Python runs one thing at a time here, so plain lists do what thread locals do there.
"""
from celery.local import Proxy

#: The app that was made last, as in Celery (set_as_current).
_app = None
_apps = []
#: Tasks that run now, innermost last: a task may call another one directly.
_task_stack = []
#: Set while somebody allows or denies waiting for results; None: as it is for whatever runs now.
_task_join_will_block = None
#: Called for every app there is and will be: each registers one shared task.
_on_app = []


def set_current_app(app):
    global _app
    _app = app


def register_app(app):
    _apps.append(app)
    for register in _on_app:
        register(app)


def for_every_app(register):
    """As Celery's connect_on_app_finalize: a shared task belongs to each app."""
    _on_app.append(register)
    for app in _apps:
        register(app)


def get_current_app():
    global _app
    if _app is None:
        from celery.app.base import Celery

        _app = Celery('default', set_as_current=True)
    return _app


def get_current_task():
    return _task_stack[-1] if _task_stack else None


def get_current_worker_task():
    """The task that a worker runs, not one that it calls as a plain function."""
    for task in reversed(_task_stack):
        if not task.request.called_directly:
            return task
    return None


def task_join_will_block():
    """Whether waiting for a result would keep a worker's task from ending: Celery says that of all its pool processes."""
    if _task_join_will_block is not None:
        return _task_join_will_block
    return any(not task.request.called_directly and not task.request.is_eager for task in _task_stack)


def set_task_join_will_block(blocks):
    """Answers what was set before."""
    global _task_join_will_block
    was, _task_join_will_block = _task_join_will_block, blocks
    return was


def push_task(task):
    _task_stack.append(task)


def pop_task():
    _task_stack.pop()


current_app = Proxy(get_current_app)
current_task = Proxy(get_current_task)
