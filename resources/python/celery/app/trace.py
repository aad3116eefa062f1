"""Runs one task and says what became of it; the engine stores, acks and logs by that, and then comes back for the rest.

The names of the functions and their lines are what a learner sees in a traceback, so they are Celery's own words.
Celery: celery/app/trace.py
"""
from time import monotonic

from billiard.einfo import ExceptionInfo
from celery import states
from celery.app import afterwards, errbacks
from celery.app.context import Context
from celery.exceptions import Ignore, InvalidTaskError, Reject, Retry
from celery.result import ResultBase
from celery.utils.saferepr import saferepr
from celery.utils.serialization import ensure_serializable, get_pickleable_exception
from kombu.serialization import json_dumps
from lab_host import interrupts


def trace(task, args, kwargs, request):
    """One call up to its outcome; answers a plain dict: TaskOutcome of engine/trace/task-runner.ts."""
    if not isinstance(kwargs, dict):
        raise InvalidTaskError('Task keyword arguments is not a mapping')
    fun = task.__protected_call__ if hasattr(type(task), '__protected_call__') else _protected(task)
    context = Context({**request, 'args': args, 'kwargs': kwargs, 'called_directly': False, '_children': []})
    call = afterwards.Call(task, context, args, kwargs)
    try:
        call.begin()
        outcome = trace_task(call, fun)
    except BaseException:
        call.postrun()
        call.end()
        raise
    parts = afterwards.begin(call)
    return {**outcome, 'afterwards': parts} if parts else outcome


def trace_task(call, fun):
    task, context, args, kwargs = call.task, call.context, call.args, call.kwargs
    started = monotonic()
    try:
        with interrupts.soft_time_limit_may_fire():
            task.before_start(context.id, args, kwargs)
            R = retval = fun(*args, **kwargs)
    except Reject as exc:
        return handle_reject(call, exc)
    except Retry as exc:
        return handle_retry(call, exc)
    except Ignore as exc:
        call.ended(states.IGNORED, exc)
        return {'kind': 'ignore'}
    except Exception as exc:
        return handle_failure(call, exc, started)
    try:
        resultJson = json_dumps(R.as_tuple() if isinstance(R, ResultBase) else R)
    except Exception as exc:
        return handle_failure(call, exc, started)
    call.ended(states.SUCCESS, retval)
    return {
        'kind': 'success',
        'resultJson': resultJson,
        'resultRepr': saferepr(R, task.resultrepr_maxsize),
        'runtimeSeconds': monotonic() - started,
    }


def _protected(task):
    def __protected_call__(*args, **kwargs):
        return task.run(*args, **kwargs)

    return __protected_call__


def handle_reject(call, reject):
    einfo = ExceptionInfo(reject)
    call.ended(states.REJECTED, reject)
    return {
        'kind': 'reject',
        'requeue': bool(reject.requeue),
        'reason': str(reject.reason),
        'tracebackText': einfo.traceback,
    }


def handle_retry(call, retry):
    einfo = ExceptionInfo(retry)
    if retry.exc is not None:
        retry.exc = get_pickleable_exception(retry.exc)
    call.ended(states.RETRY, retry, einfo)
    return {
        'kind': 'retry',
        'error': None if retry.exc is None else raised_error(retry.exc, einfo.traceback),
        'countdownSeconds': retry.when if isinstance(retry.when, (int, float)) else None,
        'message': str(retry),
        'tracebackText': einfo.traceback,
    }


def handle_failure(call, orig_exc, started):
    runtime = monotonic() - started
    exc = get_pickleable_exception(orig_exc)
    if exc.__traceback__ is None:
        # A new exception stands in for one that cannot be rebuilt elsewhere: it shows the same traceback.
        exc.__traceback__ = orig_exc.__traceback__
    einfo = ExceptionInfo(exc)
    errbacks.remember(call.context, exc, einfo.traceback)
    # As Celery: the handlers get the exception as it was raised, their einfo the one that can be stored.
    call.ended(states.FAILURE, orig_exc, einfo)
    return {
        'kind': 'failure',
        'error': raised_error(exc, einfo.traceback),
        'runtimeSeconds': runtime,
        'expected': isinstance(orig_exc, tuple(call.task.throws or ())),
    }


def raised_error(exc, text):
    kind = type(exc)
    return {
        'excType': getattr(kind, '__qualname__', kind.__name__),
        'excModule': kind.__module__,
        'excMessageJson': json_dumps(ensure_serializable(exc.args, json_dumps)),
        'repr': saferepr(exc),
        'tracebackText': text,
    }


def failure_of_no_task(exc, text=None):
    """The outcome when nothing of a task has run: it is not here, or the code that raised was called beside one."""
    text = ExceptionInfo(exc).traceback if text is None else text
    return {'kind': 'failure', 'error': raised_error(exc, text), 'runtimeSeconds': 0, 'expected': False}
