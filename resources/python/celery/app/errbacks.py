"""Errbacks that want (request, exc, traceback): called here, in the process where the task failed.

All others are left to the engine, which sends them. Celery: celery/backends/base.py (_call_task_errbacks)
"""
import functools
import inspect

from celery.app.context import Context
from celery.canvas import signature
from celery.exceptions import ChordError
from celery.utils.serialization import exception_from_stored
from kombu.serialization import json_dumps

_last_failure = (None, None, None)


def remember(context, exc, traceback):
    """The errbacks of a failed task are called only after its result is stored."""
    global _last_failure
    # Kept only when somebody will ask: a traceback holds on to everything the task had.
    _last_failure = (context, exc, traceback) if context.errbacks else (None, None, None)


def call_errbacks(app, errbacks, chord=None, elsewhere=None):
    """A TaskOutcome whose result are the places of those errbacks that have to be sent."""
    from celery.app.trace import failure_of_no_task

    request, exc, traceback = _failure(chord, elsewhere)
    to_send = []
    try:
        for index, errback in enumerate(errbacks):
            task = app.tasks.get(errback['task'])
            if task is not None and accepts_exception(task):
                signature(errback, app=app)(request, exc, traceback)
            else:
                to_send.append(index)
    except Exception as raised:
        # As Celery: those after it are not called.
        return failure_of_no_task(raised)
    return {'kind': 'success', 'resultJson': json_dumps(to_send), 'resultRepr': repr(to_send), 'runtimeSeconds': 0}


def accepts_exception(task):
    """As Celery: more than one positional argument. A bound task is never asked: it may want to retry, so it is sent."""
    header = getattr(type(task), '__header__', None)
    if header is None or isinstance(header, functools.partial):
        return False
    parameters = inspect.signature(header).parameters.values()
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return True
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(parameter.kind in kinds for parameter in parameters) > 1


def _failure(chord, elsewhere):
    if elsewhere is not None:
        # The task's own process is gone, or it never began: the worker says how it ended.
        return Context(elsewhere['request']), exception_from_stored(elsewhere['result']), elsewhere['traceback']
    if chord is not None:
        # As Celery: a request made up for the body, which never ran.
        return Context({'id': chord['id'], 'delivery_info': {}}), ChordError(chord['message']), None
    return _last_failure
