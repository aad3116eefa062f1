"""`app.conf`: what the learner set over Celery's defaults, by attribute, by key, by update().

Celery: celery/app/utils.py (Settings)
"""
import os
from collections.abc import MutableMapping

from celery.app.defaults import DEFAULTS


class Settings(MutableMapping):
    """Reads: the environment for the two addresses, then what was set, then the default."""

    def __init__(self):
        object.__setattr__(self, 'changes', {})

    @property
    def broker_url(self):
        return os.environ.get('CELERY_BROKER_URL') or self.changes.get('broker_url')

    @property
    def result_backend(self):
        return os.environ.get('CELERY_RESULT_BACKEND') or self.changes.get('result_backend')

    def __getitem__(self, key):
        if key in ('broker_url', 'broker_read_url', 'broker_write_url'):
            return self.broker_url
        if key == 'result_backend':
            return self.result_backend
        if key == 'beat_schedule':
            return self.changes.setdefault(key, {})  # app.conf.beat_schedule['name'] = {…}
        if key in self.changes:
            return self.changes[key]
        return DEFAULTS[key]

    def __setitem__(self, key, value):
        self.changes[key] = value

    def __delitem__(self, key):
        del self.changes[key]

    def __iter__(self):
        yield from {**DEFAULTS, **self.changes}

    def __len__(self):
        return len({**DEFAULTS, **self.changes})

    def __getattr__(self, key):
        if key.startswith('__'):
            raise AttributeError(key)
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"'Settings' object has no attribute {key!r}") from None

    def __setattr__(self, key, value):
        if key in ('broker_url', 'result_backend'):
            self.changes[key] = value
            return
        self[key] = value

    def update(self, *args, **kwargs):
        self.changes.update(*args, **kwargs)

    def add_defaults(self, values):
        for key, value in dict(values() if callable(values) else values).items():
            self.changes.setdefault(key, value)

    def __repr__(self):
        return f'Settings({self.changes!r})'


def read_config_object(source):
    """A module, its name, a class or a dict; only lower-case (or, namespaced, upper-case) names are settings."""
    if isinstance(source, str):
        import importlib

        module, _, attribute = source.partition(':')
        source = importlib.import_module(module)
        if attribute:
            source = getattr(source, attribute)
    if isinstance(source, dict):
        return dict(source)
    return {name: getattr(source, name) for name in dir(source) if not name.startswith('_')}
