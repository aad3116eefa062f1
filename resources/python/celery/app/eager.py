"""`Task.apply`: the call runs here and now, in this process, with no message; also what `task_always_eager` makes of calls.

Celery: celery/app/task.py (apply), celery/app/trace.py (eager=True)
"""
import json
import logging
import socket
import sys
import uuid
from time import monotonic

from billiard.einfo import ExceptionInfo
from celery import states
from celery._state import get_current_task
from celery.app import afterwards
from celery.app.context import Context
from celery.app.errbacks import accepts_exception
from celery.app.trace import raised_error
from celery.canvas import signature
from celery.exceptions import Ignore, Reject, Retry
from celery.result import EagerResult, denied_join_result
from celery.utils.saferepr import saferepr
from kombu.exceptions import EncodeError
from kombu.serialization import json_dumps, json_loads
from lab_host import bridge

# As Celery: what becomes of a task is said by the trace, whoever runs it.
logger = logging.getLogger('celery.app.trace')


def apply_as_if_sent(task, args, kwargs, **options):
    """For task_always_eager: the arguments go through the serializer, as they would in a message."""
    args, kwargs = json_loads(json_dumps([args, kwargs]))
    with denied_join_result():
        return task.apply(args, kwargs, **options)


def apply(
    task, args=None, kwargs=None, link=None, link_error=None, task_id=None, retries=None, throw=None, logfile=None,
    loglevel=None, headers=None, **options,
):  # fmt: skip
    app = task.app
    app.finalize()
    task = app.tasks[task.name]
    throw = app.conf.task_eager_propagates if throw is None else throw
    task_id = task_id or str(uuid.uuid4())
    caller = get_current_task()
    asked_by = caller.request if caller is not None else Context()
    context = Context({
        'id': task_id, 'root_id': asked_by.root_id or task_id, 'parent_id': asked_by.id, 'retries': retries or 0, 'is_eager': True, 'logfile': logfile,
        'loglevel': loglevel or 0, 'hostname': socket.gethostname(), 'callbacks': _maybe_list(link),
        'errbacks': _maybe_list(link_error), 'headers': headers, 'ignore_result': options.get('ignore_result', False),
        'delivery_info': {
            'is_eager': True, 'exchange': options.get('exchange'), 'routing_key': options.get('routing_key'),
            'priority': options.get('priority'),
        },
        'args': args or (), 'kwargs': kwargs or {}, 'called_directly': False, '_children': [],
    })  # fmt: skip
    call = afterwards.Call(task, context, context.args, context.kwargs)
    try:
        try:
            _run(call, throw)
            call.after_return()
        finally:
            call.postrun()
            call.end()
    except Exception as exc:
        call.internal_error(exc, ExceptionInfo(exc))
        raise
    if call.state == states.RETRY and call.retval.sig is not None:
        return call.retval.sig.apply(retries=context.retries + 1)
    if call.einfo is None:
        return EagerResult(context.id, call.retval, call.state)
    return EagerResult(context.id, call.einfo.exception.exc, call.state, traceback=call.einfo.traceback)


def _run(call, throw):
    task, context, args, kwargs = call.task, call.context, call.args, call.kwargs
    started = monotonic()
    fun = task if afterwards.has_custom(task, '__call__') else task.run
    call.begin()
    try:
        task.before_start(context.id, args, kwargs)
        R = retval = fun(*args, **kwargs)
    except Reject as exc:
        call.ended(states.REJECTED, exc, ExceptionInfo(exc))
        logger.warning('Task %s[%s] %r', task.name, context.id, exc, exc_info=True)
        return
    except Retry as exc:
        return _raised(call, states.RETRY, exc, throw)
    except Ignore as exc:
        call.ended(states.IGNORED, exc, ExceptionInfo(exc))
        logger.info('Task %s[%s] ignored', task.name, context.id)
        return
    except Exception as exc:
        return _raised(call, states.FAILURE, exc, throw)
    call.ended(states.SUCCESS, retval)
    try:
        for callback in context.callbacks or ():
            signature(callback, app=task.app).apply_async((retval,), parent_id=context.id, root_id=context.root_id)
        _store(call, retval, None)
    except EncodeError as exc:
        return _raised(call, states.FAILURE, exc, throw)
    runtime = monotonic() - started
    call.run_stored()
    logger.info('Task %s[%s] succeeded in %ss: %s', task.name, context.id, runtime, saferepr(R, task.resultrepr_maxsize))


def _raised(call, state, exc, throw):
    """Called while the exception is handled."""
    if throw:
        call.ended(None, None)
        raise exc
    einfo = ExceptionInfo(exc)
    call.ended(state, exc, einfo)
    stored = exc.exc if state == states.RETRY else exc
    _store(call, None if stored is None else _as_stored(stored, einfo), einfo.traceback)
    if state == states.FAILURE:
        _call_errbacks(call, exc, einfo)
    call.run_stored()
    name = f'Task {call.task.name}[{call.context.id}]'
    if state == states.RETRY:
        logger.info('%s retry: %s', name, exc)
    elif isinstance(exc, tuple(call.task.throws or ())):
        logger.info('%s raised expected: %r', name, exc)
    else:
        logger.error('%s raised unexpected: %r', name, exc, exc_info=sys.exc_info())


def _call_errbacks(call, exc, einfo):
    for errback in call.context.errbacks or ():
        sig = signature(errback, app=call.task.app)
        task = call.task.app.tasks.get(sig['task'])
        if task is not None and accepts_exception(task):
            sig(call.context, exc, einfo.traceback)
        else:
            sig.apply((call.context.id,))


def _store(call, result, traceback):
    """Only task_store_eager_result asks for it; for errors also a task that stores them though it ignores results."""
    task, context = call.task, call.context
    wanted = task.store_eager_result and not task.ignore_result
    if call.state == states.SUCCESS:
        wanted = wanted and not context.ignore_result
    elif task.ignore_result:
        wanted = task.store_errors_even_if_ignored
    if wanted:
        bridge.ask(
            'store-state', taskId=context.id, state=call.state, metaJson=json_dumps(result), traceback=traceback,
            requestJson=json_dumps({'group': context.group, 'parent_id': context.parent_id}),
        )  # fmt: skip


def _as_stored(exc, einfo):
    error = raised_error(exc, einfo.traceback)
    return {'exc_type': error['excType'], 'exc_message': json.loads(error['excMessageJson']), 'exc_module': error['excModule']}


def _maybe_list(value):
    return value if value is None or isinstance(value, (list, tuple)) else [value]
