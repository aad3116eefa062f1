"""`app.add_periodic_task`, and `beat_schedule` as plain data for beat.

Celery: celery/app/base.py (add_periodic_task), celery/beat.py (ScheduleEntry)
"""
import logging

from celery.app.sending import ARGSREPR_MAXSIZE, option_as_data, options_as_text
from celery.schedules import crontab, maybe_schedule, schedule
from celery.utils.dispatch import Signal
from celery.utils.saferepr import saferepr
from kombu.serialization import json_dumps

_KNOWN = ('task', 'schedule', 'args', 'kwargs', 'options', 'relative', 'name')
logger = logging.getLogger('celery.app.base')


class PeriodicTasks:
    """The part of an app that beat reads, and the moments at which code usually fills it."""

    def _make_moments(self):
        self.on_configure = Signal(name='app.on_configure')
        self.on_after_configure = Signal({'source'}, name='app.on_after_configure')
        self.on_after_finalize = Signal(name='app.on_after_finalize')

    def add_periodic_task(self, schedule, sig, args=(), kwargs=(), name=None, **opts):
        key, entry = _new_entry(self, schedule, sig, args, kwargs, name, **opts)
        entries = self.conf.beat_schedule
        if key in entries:
            logger.warning(
                f"Periodic task key='{key}' shadowed a previous unnamed periodic task. "
                'Pass a name kwarg to add_periodic_task to silence this warning.'
            )
        entries[key] = entry
        return key


def _new_entry(app, schedule, sig, args, kwargs, name, **opts):
    kwargs = kwargs or {}
    sig = sig.clone(args, kwargs) if isinstance(sig, dict) else app.signature(sig.name, args, kwargs)
    entry = {
        'schedule': schedule,
        'task': sig['task'],
        'args': sig['args'],
        'kwargs': sig['kwargs'],
        'options': {**sig['options'], **opts},
    }
    return name or repr(sig), entry


def as_data(entries):
    """What beat cannot use is said when beat starts: a worker of the same code has nothing to do with it."""
    if not isinstance(entries, dict):
        return repr(entries)
    return {str(name): _entry_as_data(name, entry) for name, entry in entries.items()}


def _entry_as_data(name, entry):
    try:
        return _entry(name, dict(entry))
    except Exception as exc:
        return {'problem': f'{type(exc).__name__}: {exc}'}


def _entry(name, entry):
    for key in entry:
        if key not in _KNOWN:
            raise TypeError(f"ScheduleEntry.__init__() got an unexpected keyword argument '{key}'")
    when = maybe_schedule(entry.get('schedule'), entry.get('relative', False))
    if not isinstance(when, (crontab, schedule)):
        raise TypeError(f'its schedule is {when!r}, expected seconds, a timedelta, a schedule or a crontab')
    # As Celery: arguments of an entry are a list, and () when there are none.
    args = list(entry.get('args') or ()) or ()
    kwargs = entry.get('kwargs') or {}
    options = {key: option_as_data(key, value) for key, value in (entry.get('options') or {}).items() if value is not None}
    return {
        'task': entry.get('task'),
        'schedule': when.as_data(),
        'argsJson': json_dumps(args),
        'kwargsJson': json_dumps(kwargs),
        'optionsJson': options_as_text(options),
        'argsrepr': options.get('argsrepr') or saferepr(args, ARGSREPR_MAXSIZE),
        'kwargsrepr': options.get('kwargsrepr') or saferepr(kwargs, ARGSREPR_MAXSIZE),
    }
