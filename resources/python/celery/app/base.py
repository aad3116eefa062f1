"""`Celery`: an app with its configuration and its tasks; sending goes over the bridge to the engine. Celery: celery/app/base.py"""
from functools import cached_property

from celery import _state
from celery.app import annotations
from celery.app.autoretry import autoretry
from celery.app.builtins import add_to as add_builtins
from celery.app.configuring import Configuring
from celery.app.periodic import PeriodicTasks
from celery.app.publishing import Publishing
from celery.app.registry import TaskRegistry
from celery.app.task import Task, appstr
from celery.result import AsyncResult, GroupResult, ResultSet
from celery.utils.functional import head_from_fun
from kombu.utils.imports import symbol_by_name
from kombu.utils.uuid import uuid
from lab_host.not_covered import attribute_of

_missing = attribute_of('Celery')


class Celery(Configuring, PeriodicTasks, Publishing):
    """An app. `main` becomes the module part of the names of tasks defined in __main__."""

    task_cls = Task
    registry_cls = TaskRegistry
    control_cls = 'celery.app.control:Control'

    def __init__(
        self, main=None, loader=None, backend=None, amqp=None, events=None, log=None, control=None, set_as_current=True,
        tasks=None, broker=None, include=None, changes=None, config_source=None, fixups=None, task_cls=None,
        autofinalize=True, namespace=None, strict_typing=True, **settings,
    ):  # fmt: skip
        for name, given in dict(loader=loader, amqp=amqp, events=events, log=log, fixups=fixups).items():
            if given:
                _missing(f'{name}=')
        self.main = main
        self.strict_typing = strict_typing
        self.autofinalize = autofinalize
        self.set_as_current = set_as_current
        self.task_cls = symbol_by_name(task_cls or self.task_cls)
        self.control_cls = control or self.control_cls
        self._make_settings(namespace)
        self._make_moments()
        self.finalized = False
        self.tasks = tasks if isinstance(tasks, TaskRegistry) else symbol_by_name(self.registry_cls)(tasks or {})
        add_builtins(self)
        # As Celery: keywords that are settings, and None means not given.
        for key, value in {**(changes or {}), **settings, 'broker_url': broker, 'result_backend': backend}.items():
            if value is not None:
                self.conf[key] = value
        if include is not None:
            self.conf['include'] = include
        if config_source is not None:
            self.config_from_object(config_source, namespace=namespace)
        if set_as_current:
            _state.set_current_app(self)
        self.on_init()
        _state.register_app(self)

    def on_init(self):
        """Called when an app has been made, for subclasses."""

    # --- tasks

    def task(self, *args, **options):
        """The decorator: `@app.task` or `@app.task(bind=True, …)`."""
        if len(args) == 1 and callable(args[0]):
            return self._task_from_fun(args[0], **options)
        if args:
            raise TypeError('@app.task() takes exactly 1 argument ({} given)'.format(sum([len(args), len(options)])))
        return lambda fun: self._task_from_fun(fun, **options)

    def _task_from_fun(self, fun, name=None, base=None, bind=False, pydantic=False, lazy=True, shared=True, **options):
        if pydantic:
            _missing('task(pydantic=True)')
        name = name or self.gen_task_name(fun.__name__, fun.__module__)
        if name in self.tasks:
            # As Celery: the first one with this name wins.
            return self.tasks[name]
        base = base or self.task_cls
        run = fun if bind else staticmethod(fun)
        attributes = {
            'app': self,
            'name': name,
            'run': run,
            '_decorated': True,
            '__doc__': fun.__doc__,
            '__module__': fun.__module__,
            '__annotations__': getattr(fun, '__annotations__', {}),
            '__header__': staticmethod(head_from_fun(fun, bound=bind)),
            '__wrapped__': run,
        }
        # None says nothing: what the base class or app.conf says counts.
        own = {key: value for key, value in options.items() if value is not None or key in ('max_retries', 'default_retry_delay')}
        task = type(fun.__name__, (base,), {**attributes, **own})()
        task.__name__ = fun.__name__
        task.__qualname__ = fun.__qualname__
        self.tasks[name] = task
        task.bind(self)
        self._settle(task)
        return task

    def _settle(self, task):
        """What the settings say about it; a task that is made before the app is finalized waits for them."""
        if self.finalized:
            type(task).keep_settings()
            annotations.annotate(type(task), self.annotations)
            autoretry(task)

    def register_task(self, task, **options):
        """An instance of a Task class of one's own."""
        task = task() if isinstance(task, type) else task
        if not task.name:
            task.name = self.gen_task_name(type(task).__name__, type(task).__module__)
        self.tasks[task.name] = task
        task.bind(self)
        self._settle(task)
        return task

    def gen_task_name(self, name, module):
        if module in ('__main__', '__mp_main__') and self.main:
            module = self.main
        return '.'.join(part for part in (module, name) if part)

    @property
    def Task(self):
        return self.create_task_cls()

    def create_task_cls(self):
        """A base class for tasks of this app."""
        return type(self.task_cls.__name__, (self.task_cls,), {'app': self, '__module__': self.task_cls.__module__})

    @cached_property
    def log(self):
        from celery.app.log import Logging

        return Logging(self)

    @cached_property
    def control(self):
        return symbol_by_name(self.control_cls)(app=self)

    @property
    def current_task(self):
        return _state.get_current_task()

    @property
    def current_worker_task(self):
        return _state.get_current_worker_task()

    def finalize(self, auto=False):
        """Tasks are made at once here; what is left is what the settings say about them."""
        if self.finalized:
            return
        self.finalized = True
        made = list(self.tasks.values())
        self.on_after_configure.send(sender=self, source=self.conf)
        for task in made:
            self._settle(task)
        self.on_after_finalize.send(sender=self)

    @cached_property
    def annotations(self):
        return annotations.prepare(self.conf.task_annotations)

    def set_current(self):
        _state.set_current_app(self)

    def set_default(self):
        _state.set_current_app(self)

    def close(self):
        """The connections belong to the process, not to the app."""

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def signature(self, *args, **kwargs):
        from celery.canvas import signature

        kwargs['app'] = self
        return signature(*args, **kwargs)

    def AsyncResult(self, task_id, **options):
        return AsyncResult(task_id, app=self, parent=options.get('parent'))

    def GroupResult(self, id=None, results=None, **options):
        return GroupResult(id, results, app=self, **options)

    def ResultSet(self, results, **options):
        return ResultSet(results, app=self, **options)

    @cached_property
    def oid(self):
        """Names this app in this process."""
        return uuid()

    def __getattr__(self, name):
        return _missing(name)

    def __repr__(self):
        return f'<{type(self).__name__} {appstr(self)}>'
