"""Runs one task and says what became of it; the engine stores, acks and logs by that.

The names of the functions and their lines are what a learner sees in a traceback, so they are Celery's own words.
Celery: celery/app/trace.py
"""
import sys
import traceback
from time import monotonic

from celery import _state
from celery.app import errbacks
from celery.app.context import Context
from celery.exceptions import Ignore, InvalidTaskError, Reject, Retry
from celery.utils.saferepr import saferepr
from celery.utils.serialization import ensure_serializable, get_pickleable_exception
from kombu.serialization import dumps
from lab_host import interrupts, shown_traceback


class ExceptionInfo:
    """The exception and its traceback text, as handlers get it. billiard: billiard/einfo.py"""

    def __init__(self, exc, type_=None):
        self.type = type_ or type(exc)
        self.exception = exc
        # From here inwards only: what called us is the host's business.
        self.traceback = ''.join(shown_traceback.of(exc).format())
        self.tb = exc.__traceback__

    def __str__(self):
        return self.traceback


def trace_task(task, args, kwargs, request):
    """One call from beginning to end; answers a plain dict: TaskOutcome of engine/trace/task-runner.ts."""
    if not isinstance(kwargs, dict):
        raise InvalidTaskError('Task keyword arguments is not a mapping')
    fun = task.__protected_call__ if hasattr(type(task), '__protected_call__') else _protected(task)
    context = Context({**request, 'args': args, 'kwargs': kwargs, 'called_directly': False, '_children': []})
    _state.push_task(task)
    task.push_context(context)
    started = monotonic()
    try:
        try:
            with interrupts.soft_time_limit_may_fire():
                task.before_start(context.id, args, kwargs)
                R = retval = fun(*args, **kwargs)
        except Reject as exc:
            return {'kind': 'reject', 'requeue': bool(exc.requeue), 'reason': str(exc.reason)}
        except Retry as exc:
            return handle_retry(task, context, exc)
        except Ignore:
            return {'kind': 'ignore'}
        except Exception as exc:
            return handle_failure(task, context, exc, started)
        try:
            resultJson = dumps(R)
            task.on_success(retval, context.id, args, kwargs)
        except Exception as exc:
            return handle_failure(task, context, exc, started)
        runtime = monotonic() - started
        task.after_return('SUCCESS', retval, context.id, args, kwargs, None)
        return {
            'kind': 'success',
            'resultJson': resultJson,
            'resultRepr': saferepr(R, task.resultrepr_maxsize),
            'runtimeSeconds': runtime,
        }
    finally:
        task.pop_request()
        _state.pop_task()


def _protected(task):
    def __protected_call__(*args, **kwargs):
        return task.run(*args, **kwargs)

    return __protected_call__


def handle_retry(task, context, retry):
    einfo = ExceptionInfo(retry)
    if retry.exc is not None:
        retry.exc = get_pickleable_exception(retry.exc)
    task.on_retry(retry.exc, context.id, context.args, context.kwargs, einfo)
    task.after_return('RETRY', retry, context.id, context.args, context.kwargs, einfo)
    return {
        'kind': 'retry',
        'error': None if retry.exc is None else raised_error(retry.exc, einfo.traceback),
        'countdownSeconds': retry.when if isinstance(retry.when, (int, float)) else None,
        'message': str(retry),
        'tracebackText': einfo.traceback,
    }


def handle_failure(task, context, orig_exc, started):
    runtime = monotonic() - started
    exc = get_pickleable_exception(orig_exc)
    if exc.__traceback__ is None:
        # A new exception stands in for one that cannot be rebuilt elsewhere: it shows the same traceback.
        exc.__traceback__ = orig_exc.__traceback__
    einfo = ExceptionInfo(exc)
    errbacks.remember(context, exc, einfo.traceback)
    expected = isinstance(orig_exc, tuple(task.throws or ()))
    for hook, arguments in (
        (task.on_failure, (exc, context.id, context.args, context.kwargs, einfo)),
        (task.after_return, ('FAILURE', exc, context.id, context.args, context.kwargs, einfo)),
    ):
        try:
            hook(*arguments)
        except Exception:
            # The failure is stored in any case; what the hook raised goes to the log.
            traceback.print_exc(file=sys.stderr)
    return {
        'kind': 'failure',
        'error': raised_error(exc, einfo.traceback),
        'runtimeSeconds': runtime,
        'expected': expected,
    }


def raised_error(exc, text):
    kind = type(exc)
    return {
        'excType': getattr(kind, '__qualname__', kind.__name__),
        'excModule': kind.__module__,
        'excMessageJson': dumps(ensure_serializable(exc.args, dumps)),
        'repr': saferepr(exc),
        'tracebackText': text,
    }
