"""`Task`: what a decorated function becomes. Celery: celery/app/task.py"""
from celery import _state, states
from celery.app import annotations
from celery.app.context import Context
from celery.app.replacing import Replacing
from celery.app.retrying import Retrying
from celery.canvas import chunks, xmap, xstarmap
from kombu.exceptions import OperationalError
from lab_host import bridge
from lab_host.not_covered import attribute_of

_missing_on_task = attribute_of('Task')

#: Attributes that the worker and the publisher read; those that are not None are told to the engine.
OPTION_NAMES = (
    'acks_late', 'acks_on_failure_or_timeout', 'compression', 'default_retry_delay', 'delivery_mode', 'exchange',
    'expires', 'ignore_result', 'max_retries', 'priority', 'queue', 'rate_limit', 'reject_on_worker_lost',
    'retry_backoff', 'retry_backoff_max', 'retry_jitter', 'routing_key', 'send_events', 'serializer',
    'soft_time_limit', 'store_eager_result', 'store_errors_even_if_ignored', 'time_limit', 'track_started', 'trail',
)  # fmt: skip

#: Options of apply_async that a task's attribute of the same name gives when the call does not.
_EXEC_OPTIONS = (
    'queue', 'routing_key', 'exchange', 'priority', 'expires', 'serializer', 'delivery_mode', 'compression',
    'time_limit', 'soft_time_limit',
)  # fmt: skip


class _FromConfig:
    """Taken from app.conf when the task says nothing; looked up each time until the app is finalized, as settings may
    come after the tasks."""

    def __init__(self, setting):
        self._setting = setting

    def __get__(self, task, kind):
        app = (kind if task is None else task).app
        return None if app is None else app.conf.get(self._setting)


class Task(Replacing, Retrying):
    """Base of every task."""

    OperationalError = OperationalError

    name = None
    app = None
    typing = True
    abstract = True
    max_retries = 3
    override_max_retries = None
    default_retry_delay = 180
    throws = ()
    autoretry_for = ()
    dont_autoretry_for = ()
    resultrepr_maxsize = 1024
    trail = True
    send_events = True
    compression = None
    delivery_mode = None
    exchange = None
    expires = None
    queue = None
    retry_backoff = None
    retry_backoff_max = None
    retry_jitter = None
    routing_key = None
    soft_time_limit = None
    time_limit = None
    serializer = _FromConfig('task_serializer')
    rate_limit = _FromConfig('task_default_rate_limit')
    priority = _FromConfig('task_default_priority')
    track_started = _FromConfig('task_track_started')
    acks_late = _FromConfig('task_acks_late')
    acks_on_failure_or_timeout = _FromConfig('task_acks_on_failure_or_timeout')
    reject_on_worker_lost = _FromConfig('task_reject_on_worker_lost')
    ignore_result = _FromConfig('task_ignore_result')
    store_eager_result = _FromConfig('task_store_eager_result')
    store_errors_even_if_ignored = _FromConfig('task_store_errors_even_if_ignored')

    def bind(self, app):
        self.app = app
        self._requests = []
        self.on_bound(app)

    def on_bound(self, app):
        """Called when the task belongs to an app, for subclasses."""

    @classmethod
    def keep_settings(cls):
        """As Celery: what the settings say when the app is finalized stays."""
        for name, value in vars(Task).items():
            if isinstance(value, _FromConfig):
                setattr(cls, name, getattr(cls, name))

    @classmethod
    def annotate(cls):
        annotations.annotate(cls, cls.app.annotations)

    @classmethod
    def add_around(cls, attr, around):
        annotations.add_around(cls, attr, around)

    def __getattr__(self, name):
        # Reached only for names that neither the class nor the instance has.
        if name == '_requests':
            self._requests = []
            return self._requests
        _missing_on_task(name)

    @property
    def request(self):
        return self._requests[-1] if self._requests else Context()

    def push_request(self, *args, **kwargs):
        self._requests.append(Context(*args, **{'called_directly': True, **kwargs}))

    def push_context(self, context):
        self._requests.append(context)

    def pop_request(self):
        self._requests.pop()

    def __call__(self, *args, **kwargs):
        _state.push_task(self)
        self.push_request(args=args, kwargs=kwargs)
        try:
            return self.run(*args, **kwargs)
        finally:
            self.pop_request()
            _state.pop_task()

    def run(self, *args, **kwargs):
        raise NotImplementedError('Tasks must define the run method.')

    # --- calling

    def delay(self, *args, **kwargs):
        return self.apply_async(args, kwargs)

    def apply_async(
        self, args=None, kwargs=None, task_id=None, producer=None, link=None, link_error=None, shadow=None, **options
    ):
        if self.typing and self.app.strict_typing:
            check_arguments = getattr(type(self), '__header__', None)
            if check_arguments is not None:
                check_arguments(*(args or ()), **(kwargs or {}))
        if self.soft_time_limit and self.time_limit and self.soft_time_limit > self.time_limit:
            raise ValueError('soft_time_limit must be less than or equal to time_limit')
        self.app.finalize()
        defaults = {name: getattr(self, name, None) for name in _EXEC_OPTIONS}
        options = {**{name: value for name, value in defaults.items() if value is not None}, **options}
        options.setdefault('ignore_result', bool(self.ignore_result))
        if self.app.conf.task_always_eager:
            from celery.app.eager import apply_as_if_sent

            options.update(task_id=task_id, link=link, link_error=link_error)
            return apply_as_if_sent(self, args or (), kwargs or {}, **options)
        return self.app.send_task(
            self.name,
            args,
            kwargs,
            task_id=task_id,
            producer=producer,
            link=link,
            link_error=link_error,
            result_cls=self.AsyncResult,
            task_type=self,
            shadow=shadow or self.shadow_name(args, kwargs, options),
            **options,
        )

    def apply(self, args=None, kwargs=None, **options):
        """Runs the call here and now; answers an EagerResult."""
        from celery.app.eager import apply

        return apply(self, args, kwargs, **options)

    def shadow_name(self, args, kwargs, options):
        """Override it to show another name in logs and monitors."""

    def signature(self, args=None, *starargs, **starkwargs):
        starkwargs.setdefault('app', self.app)
        return self.app.signature(self, args, *starargs, **starkwargs)

    subtask = signature

    def s(self, *args, **kwargs):
        return self.signature(args, kwargs)

    def si(self, *args, **kwargs):
        return self.signature(args, kwargs, immutable=True)

    def map(self, it):
        return xmap(self.s(), it, app=self.app)

    def starmap(self, it):
        return xstarmap(self.s(), it, app=self.app)

    def chunks(self, it, n):
        return chunks(self.s(), it, n, app=self.app)

    def AsyncResult(self, task_id, **kwargs):
        return self.app.AsyncResult(task_id, **kwargs)

    # --- from inside a running task

    def update_state(self, task_id=None, state=None, meta=None, **kwargs):
        """Stores a state of one's own, such as PROGRESS, with its meta."""
        from kombu.serialization import json_dumps

        task_id = task_id or self.request.id
        request = {key: value for key, value in vars(self.request).items() if not key.startswith('_')}
        bridge.ask(
            'store-state', taskId=task_id, state=state or states.PENDING, metaJson=json_dumps(meta), requestJson=json_dumps(request)
        )

    # --- what a class of one's own may override

    def before_start(self, task_id, args, kwargs):
        """Before the task's body runs."""

    def on_success(self, retval, task_id, args, kwargs):
        """After the task returned."""

    def on_retry(self, exc, task_id, args, kwargs, einfo):
        """After the task asked to be retried."""

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        """After the task raised."""

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        """After the task ended in any of these ways."""

    def __repr__(self):
        return f'<@task: {self.name} of {appstr(self.app)}>'

    def __reduce__(self):
        return _task_by_name, (self.name,)


def appstr(app):
    return f'{app.main or "__main__"} at {id(app):#x}'


def _task_by_name(name):
    return _state.get_current_app().tasks[name]
