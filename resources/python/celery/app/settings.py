"""`app.conf`: what was set over Celery's defaults, by attribute, by key, by update(), and from a configuration object.

The configuration object is read when the first setting is. Celery: celery/app/utils.py (Settings), app/base.py (PendingConfiguration)
"""
import os
import re
from collections.abc import MutableMapping
from pprint import pformat

from celery.app.defaults import DEFAULTS
from celery.app.old_names import new_name

_HIDDEN = re.compile('API|TOKEN|KEY|SECRET|PASS|PROFANITIES_LIST|SIGNATURE|DATABASE', re.IGNORECASE)
_PASSWORD = re.compile(r'(?<=://)([^/@]*:)[^/@]*(?=@)')
_FROM_QUEUE = ('task_default_exchange', 'task_default_routing_key')


class Settings(MutableMapping):
    """Reads: the environment for the two addresses, what was set, the configuration object, then the default."""

    def __init__(self, namespace=None, load=None):
        self.__dict__.update(changes={}, source={}, defaults=DEFAULTS, prefix=None, _load=load)
        self.use_namespace(namespace)

    def use_namespace(self, namespace):
        if namespace:
            self.__dict__['prefix'] = namespace.rstrip('_') + '_'

    def finalize(self):
        """Reads the configuration object, if that has not been done."""
        load, self.__dict__['_load'] = self.__dict__['_load'], None
        if load is not None:
            load()
        return self

    def given(self):
        """All that is not a default."""
        self.finalize()
        return {**self.source, **self.changes}

    @property
    def broker_url(self):
        return os.environ.get('CELERY_BROKER_URL') or self.given().get('broker_url')

    @property
    def result_backend(self):
        return os.environ.get('CELERY_RESULT_BACKEND') or self.given().get('result_backend')

    def __getitem__(self, key):
        key, given = new_name(key, self.prefix), self.given()
        if key in ('broker_url', 'broker_read_url', 'broker_write_url'):
            return os.environ.get(f'CELERY_{key.upper()}') or given.get(key) or self.broker_url
        if key == 'result_backend':
            return self.result_backend
        if key == 'beat_schedule' and key not in given:
            return self.changes.setdefault(key, {})  # app.conf.beat_schedule['name'] = {…}
        if key in _FROM_QUEUE and given.get(key) is None:
            return self['task_default_queue']
        return given[key] if key in given else DEFAULTS[key]

    def __setitem__(self, key, value):
        self.changes[new_name(key, self.prefix)] = value

    def __delitem__(self, key):
        del self.changes[new_name(key, self.prefix)]

    def __contains__(self, key):
        name = new_name(key, self.prefix)
        return name in DEFAULTS or name in self.given()

    def __iter__(self):
        yield from {**DEFAULTS, **self.given()}

    def __len__(self):
        return len({**DEFAULTS, **self.given()})

    def __getattr__(self, key):
        if key.startswith('__') or key in vars(type(self)):
            return object.__getattribute__(self, key)  # raises: Python's own, or a name that is not covered
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"'Settings' object has no attribute {key!r}") from None

    def __setattr__(self, key, value):
        self[key] = value

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key, default=None):
        name = new_name(key, self.prefix)
        # As Celery: until the configuration has been read, a default is not looked at.
        if self._load is not None:
            return self.changes.setdefault(name, default)
        return super().setdefault(name, default)

    def clear(self):
        self.changes.clear()

    def copy(self):
        return {**DEFAULTS, **self.given()}

    def add_defaults(self, values):
        for key, value in dict(values() if callable(values) else values).items():
            self.source.setdefault(new_name(key, self.prefix), value)

    def first(self, *keys):
        return next((value for value in map(self.get, keys) if value is not None), None)

    iterkeys = MutableMapping.keys
    itervalues = MutableMapping.values
    iteritems = MutableMapping.items

    # --- showing

    def without_defaults(self):
        return self.given()

    def value_set_for(self, key):
        return new_name(key, self.prefix) in self.given()

    def get_by_parts(self, *parts):
        return self['_'.join(part for part in parts if part)]

    def maybe_warn_deprecated_settings(self):
        return False

    def table(self, with_defaults=False, censored=True):
        shown = self.copy() if with_defaults else self.given()
        return {key: _censored(key, value) if censored else value for key, value in shown.items() if key[0] != '_'}

    def humanize(self, with_defaults=False, censored=True):
        shown = self.table(with_defaults, censored)
        return '\n'.join(f'{key}: {pformat(value, width=50)}' for key, value in shown.items())

    def __repr__(self):
        return f'Settings({self.given()!r})'


def _censored(key, value):
    if isinstance(value, dict):
        return {name: _censored(str(name), one) for name, one in value.items()}
    if isinstance(value, str):
        if _HIDDEN.search(key):
            return '*' * 8
        if 'broker_url' in key.lower() or key == 'result_backend':
            return _PASSWORD.sub(r'\1**', value)
    return value
