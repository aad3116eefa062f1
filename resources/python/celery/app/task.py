"""`Task`: what a decorated function becomes. Celery: celery/app/task.py"""
from celery import _state, states
from celery.app.context import Context
from celery.app.replacing import Replacing
from celery.canvas import chunks, xmap, xstarmap
from celery.exceptions import MaxRetriesExceededError, Reject, Retry
from celery.result import AsyncResult
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


#: Taken from app.conf when the task says nothing, and looked up each time: settings may come after the tasks.
_FROM_CONFIG = {
    'serializer': 'task_serializer',
    'rate_limit': 'task_default_rate_limit',
    'priority': 'task_default_priority',
    'track_started': 'task_track_started',
    'acks_late': 'task_acks_late',
    'acks_on_failure_or_timeout': 'task_acks_on_failure_or_timeout',
    'reject_on_worker_lost': 'task_reject_on_worker_lost',
    'ignore_result': 'task_ignore_result',
    'store_eager_result': 'task_store_eager_result',
    'store_errors_even_if_ignored': 'task_store_errors_even_if_ignored',
}


class Task(Replacing):
    """Base of every task."""

    MaxRetriesExceededError = MaxRetriesExceededError

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

    def bind(self, app):
        self.app = app
        self._requests = []

    def __getattr__(self, name):
        # Reached only for names that neither the class nor the instance has.
        if name == '_requests':
            self._requests = []
            return self._requests
        if name in _FROM_CONFIG:
            return self.app.conf.get(_FROM_CONFIG[name])
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

    @property
    def request_stack(self):
        raise AttributeError('Task.request_stack is not covered by the Python side of this app: use self.request')

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

    def retry(self, args=None, kwargs=None, exc=None, throw=True, eta=None, countdown=None, max_retries=None, **options):
        """Publishes this call again under the same id, then raises Retry."""
        request = self.request
        retries = request.retries + 1
        if max_retries is not None:
            self.override_max_retries = max_retries
        max_retries = self.max_retries if max_retries is None else max_retries
        if request.called_directly:
            # As Celery: not in a worker, so the error itself is raised.
            raise_with_context(exc or Retry('Task can be retried', None))
        if not eta and countdown is None:
            countdown = self.default_retry_delay
        signature = self.signature_from_request(
            request, args, kwargs, countdown=countdown, eta=eta, retries=retries,
            ignore_result=bool(self.ignore_result), **options,
        )  # fmt: skip
        if max_retries is not None and retries > max_retries:
            if exc:
                raise_with_context(exc)
            raise self.MaxRetriesExceededError(
                f"Can't retry {self.name}[{request.id}] args:{signature.args} kwargs:{signature.kwargs}",
                task_args=signature.args,
                task_kwargs=signature.kwargs,
            )
        retry = Retry(exc=exc, when=eta or countdown, is_eager=request.is_eager, sig=signature)
        if request.is_eager:
            # apply() runs it again.
            if throw:
                raise retry
            return retry
        try:
            signature.apply_async()
        except Exception as exc:
            raise Reject(exc, requeue=False)
        if throw:
            raise retry
        return retry

    def signature_from_request(self, request=None, args=None, kwargs=None, queue=None, **extra_options):
        request = self.request if request is None else request
        options = {**request.as_execution_options(), **extra_options}
        delivery_info = request.delivery_info or {}
        if delivery_info.get('priority') is not None:
            options['priority'] = delivery_info['priority']
        if queue:
            options['queue'] = queue
        elif delivery_info.get('exchange') == '' and delivery_info.get('routing_key'):
            options['queue'] = delivery_info['routing_key']
        else:
            options.update(delivery_info)  # through the named exchange that it came by
        return self.signature(
            tuple(request.args) if args is None else args,
            dict(request.kwargs) if kwargs is None else kwargs,
            **{name: value for name, value in options.items() if value is not None},
        )

    def update_state(self, task_id=None, state=None, meta=None, **kwargs):
        """Stores a state of one's own, such as PROGRESS, with its meta."""
        from kombu.serialization import dumps

        task_id = task_id or self.request.id
        request = {key: value for key, value in vars(self.request).items() if not key.startswith('_')}
        bridge.ask(
            'store-state', taskId=task_id, state=state or states.PENDING, metaJson=dumps(meta), requestJson=dumps(request)
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


def raise_with_context(exc):
    """Raises `exc` from the exception that is being handled, when there is another one."""
    import sys

    current = sys.exc_info()[1]
    if current is None:
        raise exc
    if exc is current:
        raise
    raise exc from current
