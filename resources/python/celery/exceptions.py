"""Celery's exceptions by their names and tree. Celery: celery/exceptions.py"""
import numbers

from billiard.exceptions import SoftTimeLimitExceeded, Terminated, TimeLimitExceeded, WorkerLostError
from celery.utils.saferepr import saferepr
from kombu.exceptions import OperationalError

__all__ = (
    'AlreadyRegistered', 'AlwaysEagerIgnored', 'BackendError', 'BackendGetMetaError', 'BackendStoreError',
    'CDeprecationWarning', 'CPendingDeprecationWarning', 'CeleryCommandException', 'CeleryError', 'CeleryWarning',
    'ChordError', 'DuplicateNodenameWarning', 'FixupWarning', 'Ignore', 'ImproperlyConfigured', 'IncompleteStream',
    'InvalidTaskError', 'MaxRetriesExceededError', 'NotConfigured', 'NotRegistered', 'OperationalError',
    'QueueNotFound', 'Reject', 'Retry', 'SecurityError', 'SecurityWarning', 'SoftTimeLimitExceeded', 'TaskError',
    'TaskPredicate', 'TaskRevokedError', 'Terminated', 'TimeLimitExceeded', 'TimeoutError', 'WorkerLostError',
    'WorkerShutdown', 'WorkerTerminate', 'reraise',
)  # fmt: skip

UNREGISTERED_FMT = "Task of kind {0} never registered, please make sure it's imported."


def reraise(tp, value, tb=None):
    """Raises the exception with that traceback."""
    raise value.with_traceback(tb)


class CeleryWarning(UserWarning):
    """Base of Celery's warnings."""


class DuplicateNodenameWarning(CeleryWarning):
    """Two workers answer under one name."""


class AlwaysEagerIgnored(CeleryWarning):
    """send_task ignores task_always_eager."""


class FixupWarning(CeleryWarning):
    """About a fixup, such as Django's."""


class NotConfigured(CeleryWarning):
    """No configuration was found."""


class SecurityWarning(CeleryWarning):
    """A potential security issue."""


class CPendingDeprecationWarning(PendingDeprecationWarning):
    """Something will be deprecated."""


class CDeprecationWarning(DeprecationWarning):
    """Something is deprecated."""


class CeleryError(Exception):
    """Base of Celery's errors."""


class ImproperlyConfigured(CeleryError):
    """Celery is somehow improperly configured."""


class SecurityError(CeleryError):
    """Security related."""


class TaskPredicate(CeleryError):
    """Raised to end a task in another way than with a value or an error."""


class Ignore(TaskPredicate):
    """The task's state is left as it is."""


class Reject(TaskPredicate):
    """The message is rejected; with requeue=True it goes back to the queue."""

    def __init__(self, reason=None, requeue=False):
        self.reason = reason
        self.requeue = requeue
        super().__init__(reason, requeue)

    def __repr__(self):
        return f'reject requeue={self.requeue}: {self.reason}'


class Retry(TaskPredicate):
    """The task has been published again, to be run later."""

    def __init__(self, message=None, exc=None, when=None, is_eager=False, sig=None, **kwargs):
        from celery.utils.serialization import get_pickleable_exception

        self.message = message
        if isinstance(exc, str):
            self.exc, self.excs = None, exc
        else:
            self.exc = get_pickleable_exception(exc) if exc is not None else None
            self.excs = saferepr(exc) if exc is not None else None
        self.when = when
        self.is_eager = is_eager
        self.sig = sig
        super().__init__(self, exc, when, **kwargs)

    def humanize(self):
        if isinstance(self.when, numbers.Number):
            return f'in {self.when}s'
        return f'at {self.when}'

    def __str__(self):
        if self.message:
            return self.message
        if self.excs:
            return f'Retry {self.humanize()}: {self.excs}'
        return f'Retry {self.humanize()}'

    def __reduce__(self):
        return self.__class__, (self.message, self.exc, self.when)


class TaskError(CeleryError):
    """Base of errors about tasks."""


class QueueNotFound(KeyError, TaskError):
    """The task is routed to a queue that is not in conf.task_queues."""


class NotRegistered(KeyError, TaskError):
    """The task is not registered here."""

    def __repr__(self):
        return UNREGISTERED_FMT.format(self)


class AlreadyRegistered(TaskError):
    """The task is already registered."""


class TimeoutError(TaskError):
    """The operation timed out."""


class IncompleteStream(TaskError):
    """Not everything that was sent is done yet."""


class MaxRetriesExceededError(TaskError):
    """The task was retried as often as max_retries allows."""

    def __init__(self, *args, **kwargs):
        self.task_args = kwargs.pop('task_args', [])
        self.task_kwargs = kwargs.pop('task_kwargs', {})
        super().__init__(*args, **kwargs)


class TaskRevokedError(TaskError):
    """The task was revoked: there is no result."""


class InvalidTaskError(TaskError):
    """The message does not describe a task."""


class ChordError(TaskError):
    """A task of the chord's header raised."""


class WorkerTerminate(SystemExit):
    """The worker is to stop at once."""


SystemTerminate = WorkerTerminate


class WorkerShutdown(SystemExit):
    """The worker is to stop when its tasks are done."""


class BackendError(Exception):
    """The result backend could not do what was asked."""


class BackendGetMetaError(BackendError):
    """A result could not be read."""

    def __init__(self, *args, **kwargs):
        self.task_id = kwargs.get('task_id', '')

    def __repr__(self):
        return f'{super().__repr__()} task_id:{self.task_id}'


class BackendStoreError(BackendError):
    """A result could not be stored."""

    def __init__(self, *args, **kwargs):
        self.state = kwargs.get('state', '')
        self.task_id = kwargs.get('task_id', '')

    def __repr__(self):
        return f'{super().__repr__()} state:{self.state} task_id:{self.task_id}'


class CeleryCommandException(Exception):
    """A command of the command line failed, with an exit code. As click's ClickException, without click."""

    def __init__(self, message, exit_code):
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
