"""An app's settings as the engine gets them: when its module has loaded, and again when code has changed them since.

Before each question to the engine what is set now is compared with what was told; the other side is LazyApp.configure.
"""
import json
import math

from kombu.utils.json import JSONEncoder
from lab_host import bridge

_app = None
_told = None
#: At the prompt the app may come and go: its tasks are told with its settings. A function of the app.
tasks_of = None


def of(app):
    """The settings that are data; those of which it is the app in this process."""
    global _app, _told
    _app, _told = app, repr((app.conf.given(), {}))
    return _settings(app)


def tell_changes():
    """Asked before anything else is, also while the module is still being imported."""
    global _told
    from celery import _state

    app = _app or _state._app
    if app is None:
        return
    tasks = {} if tasks_of is None else {'tasks': tasks_of(app)}
    now = repr((app.conf.given(), tasks))
    if now != _told:
        _told = now
        bridge.ask('configure', conf=_settings(app), **tasks)


def _settings(app):
    return {key: plain(value) for key, value in _as_data(app.conf.given()).items() if is_plain(value)}


def _as_data(given):
    from celery.app import periodic, routes

    forms = {'task_routes': routes.as_data, 'beat_schedule': periodic.as_data}
    named = {name: _path(value) for name, value in given.items() if isinstance(value, type)}
    return {**given, **named, **{name: form(given[name]) for name, form in forms.items() if given.get(name) is not None}}


def _path(cls):
    """As a setting may name a class too; whoever reads it says that it is not here."""
    return f'{cls.__module__}:{cls.__qualname__}'


def is_plain(value):
    try:
        json.dumps(_data(value), cls=JSONEncoder)
    except (TypeError, ValueError):
        return False
    return True


def plain(value):
    return json.loads(json.dumps(_data(value), cls=JSONEncoder))


def _data(value):
    """Durations become seconds; ranges, sets and tuples lists; no limit the word for it: also inside of other values."""
    if isinstance(value, dict):
        return {key: _data(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (list, tuple, range)):
        return [_data(one) for one in value]
    if isinstance(value, float) and math.isinf(value):
        return 'inf'
    return value.total_seconds() if hasattr(value, 'total_seconds') else value
