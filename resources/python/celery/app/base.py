"""`Celery`: an app with its configuration and its tasks; sending goes over the bridge to the engine. Celery: celery/app/base.py"""
import warnings
from functools import cached_property

from celery import _state
from celery.app import annotations
from celery.app.autoretry import autoretry
from celery.app.builtins import add_to as add_builtins
from celery.app.configuring import Configuring
from celery.app.periodic import PeriodicTasks
from celery.app.registry import TaskRegistry
from celery.app.routes import route
from celery.app.sending import ARGSREPR_MAXSIZE, ask_to_send, option_as_data, parent_as_data
from celery.app.settings import Settings
from celery.app.task import Task, appstr
from celery.exceptions import AlwaysEagerIgnored
from celery.result import AsyncResult, GroupResult, ResultSet
from celery.utils.functional import head_from_fun
from celery.utils.saferepr import saferepr
from kombu.serialization import dumps
from lab_host.not_covered import attribute_of

_missing = attribute_of('Celery')


class Celery(Configuring, PeriodicTasks):
    """An app. `main` becomes the module part of the names of tasks defined in __main__."""

    task_cls = Task

    def __init__(
        self,
        main=None,
        loader=None,
        backend=None,
        broker=None,
        include=None,
        set_as_current=True,
        config_source=None,
        namespace=None,
        changes=None,
        task_cls=None,
        strict_typing=True,
        **settings,
    ):
        self.main = main
        self.strict_typing = strict_typing
        self.conf = Settings()
        self._make_moments()
        self.finalized = False
        self.tasks = TaskRegistry()
        add_builtins(self)
        if task_cls is not None:
            self.task_cls = task_cls
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
        _state.register_app(self)

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
            raise AttributeError(str(_error('task(pydantic=True)')))
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
        return type(self.task_cls.__name__, (self.task_cls,), {'app': self, '__module__': self.task_cls.__module__})

    @cached_property
    def control(self):
        from celery.app.control import Control

        return Control(self)

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

    # --- sending

    def send_task(
        self,
        name,
        args=None,
        kwargs=None,
        countdown=None,
        eta=None,
        task_id=None,
        producer=None,
        connection=None,
        router=None,
        result_cls=None,
        expires=None,
        publisher=None,
        link=None,
        link_error=None,
        add_to_parent=True,
        group_id=None,
        group_index=None,
        retries=0,
        chord=None,
        reply_to=None,
        time_limit=None,
        soft_time_limit=None,
        root_id=None,
        parent_id=None,
        route_name=None,
        shadow=None,
        chain=None,
        task_type=None,
        replaced_task_nesting=0,
        **options,
    ):
        for given, what in ((producer, 'producer='), (connection, 'connection='), (router, 'router=')):
            if given is not None:
                raise _error(f'send_task({what}…)')
        if self.conf.task_always_eager:
            warnings.warn(AlwaysEagerIgnored('task_always_eager has no effect on send_task'), stacklevel=2)
        named = dict(
            countdown=countdown, eta=eta, task_id=task_id, expires=expires, link=link, link_error=link_error,
            group_id=group_id, group_index=group_index, retries=retries or None, chord=chord, reply_to=reply_to,
            time_limit=time_limit, soft_time_limit=soft_time_limit, root_id=root_id, parent_id=parent_id,
            shadow=shadow, chain=chain, replaced_task_nesting=replaced_task_nesting or None, **options,
        )  # fmt: skip
        args = [] if args is None else args
        kwargs = {} if kwargs is None else kwargs
        if not isinstance(args, (list, tuple)):
            raise TypeError('task args must be a list or tuple')
        if not isinstance(kwargs, dict):
            raise TypeError('task keyword arguments must be a mapping')
        named = route(self.conf.task_routes, named, route_name or name, args, kwargs, task_type)
        task = _state.get_current_worker_task() if add_to_parent else None
        answer = ask_to_send(
            name=name,
            argsJson=dumps(args),
            kwargsJson=dumps(kwargs),
            argsrepr=options.get('argsrepr') or saferepr(args, ARGSREPR_MAXSIZE),
            kwargsrepr=options.get('kwargsrepr') or saferepr(kwargs, ARGSREPR_MAXSIZE),
            options={key: option_as_data(key, value) for key, value in named.items() if value is not None},
            parent=None if task is None else parent_as_data(task.request),
        )
        result = (result_cls or self.AsyncResult)(answer['taskId'])
        if task is not None:
            task.request.children.append(result)
        return result

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

    @property
    def thread_oid(self):
        raise _error('thread_oid')

    def __getattr__(self, name):
        return _missing(name)

    def __repr__(self):
        return f'<{type(self).__name__} {appstr(self)}>'


def _error(name):
    try:
        _missing(name)
    except AttributeError as exc:
        return exc
