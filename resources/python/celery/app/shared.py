"""`@shared_task`: a task for whichever app there is. Celery: celery/app/__init__.py"""
from celery import _state
from celery.local import Proxy


def shared_task(*args, **kwargs):
    """Works with and without parentheses; the decorated name stands for the task of the current app."""

    def create(fun, **options):
        name = options.get('name')

        def register(app):
            return app._task_from_fun(fun, **options)

        _state.for_every_app(register)

        def task_of_current_app():
            app = _state.get_current_app()
            return app.tasks[name or app.gen_task_name(fun.__name__, fun.__module__)]

        return Proxy(task_of_current_app)

    if len(args) == 1 and callable(args[0]):
        return create(args[0], **kwargs)
    if args:
        raise TypeError('@shared_task() takes only keyword arguments')
    return lambda fun: create(fun, **kwargs)
