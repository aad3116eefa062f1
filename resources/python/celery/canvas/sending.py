"""Asks the engine to fix the ids of a signature with parts, and to send it; its answer becomes results.

The engine's side is src-main/engine/canvas. Celery: celery/canvas.py (apply_async, run and freeze)
"""
import json

from celery import _state
from celery.app.sending import ask_engine, parent_as_data
from kombu.serialization import json_dumps, json_loads


def apply(sig, args, kwargs, options):
    """Sends it as the task that runs, when one does."""
    app = sig.app
    check_arguments(sig, tuple(args or ()), kwargs or {}, app)
    options = {name: value for name, value in options.items() if value is not None}
    task = _state.get_current_worker_task()
    answer = ask_engine(
        'send-canvas',
        ask={
            'signatureJson': json_dumps(sig),
            'argsJson': json_dumps(list(args or ())),
            'kwargsJson': json_dumps(kwargs or {}),
            'optionsJson': json_dumps(options),
            'parent': None if task is None else parent_as_data(task.request),
        },
    )
    if task is not None:
        task.request.children.extend(result(tree, app) for tree in json.loads(answer['childrenJson']))
    # Parts whose class has an apply_async of its own; the engine has told all others.
    for call in json_loads(answer['callsJson']):
        app.tasks[call['name']].apply_async(tuple(call['args']), call['kwargs'], **call['options'])
    return result(json.loads(answer['resultJson']), app)


def freeze(sig, **fixed):
    """The ids are written into the signature and its parts."""
    answer = ask_engine('freeze', signatureJson=json_dumps(sig), fixedJson=json_dumps(fixed))
    frozen = type(sig).from_dict(json_loads(answer['signatureJson']), app=sig._app)
    sig.update({**frozen, 'args': tuple(frozen['args']), 'immutable': sig['immutable']})
    return result(json.loads(answer['resultJson']), sig.app)


def result(tree, app):
    from celery.result import result_from_tuple

    return result_from_tuple(tree, app)


def check_arguments(sig, args, kwargs, app):
    """As Celery: a wrong call of what would be sent at once is a TypeError here, not a failure in a worker."""
    kind = sig['subtask_type']
    if kind == 'chain':
        if sig.tasks:
            check_arguments(sig.tasks[0], args, kwargs, app)
    elif kind in ('group', 'chord'):
        for member in sig.tasks:
            check_arguments(member, args, kwargs, app)
    else:
        task = sig._type or app.tasks.get(sig['task'])
        if task is not None and task.typing and app.strict_typing:
            given, named, _ = sig._merge(args, kwargs)
            head = getattr(type(task), '__header__', None)
            if head is not None:
                head(*given, **named)


def chord_size(sig):
    """How many tasks report to a chord. Celery: _chord._descend"""
    kind = sig['subtask_type']
    if kind == 'chain':
        return next((size for size in map(chord_size, reversed(sig.tasks)) if size), 0)
    if kind == 'group':
        return sum(map(chord_size, sig.tasks))
    if kind == 'chord':
        return sum(map(chord_size, sig.tasks))
    return 1
