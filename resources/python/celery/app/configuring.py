"""What fills an app's settings, and where its tasks are found.

Celery: celery/app/base.py (config_from_object, _load_config, autodiscover_tasks), celery/loaders/base.py
"""
import datetime
import importlib
import os
import types

from celery.app.old_names import new_name, refuse_a_mixture
from celery.app.settings import Settings
from celery.exceptions import ImproperlyConfigured
from kombu.utils.imports import symbol_by_name


class Configuring:
    """The part of an app that reads its configuration; `conf` is the app's."""

    configured = False

    def _make_settings(self, namespace):
        self.namespace = namespace
        self.conf = Settings(namespace, self._load_config)
        self._config_source = None
        self._pending_defaults = []
        self._preconf = {}

    def _load_config(self):
        self.on_configure.send(sender=self)
        # As Celery's loader: the environment names the module for an app that names none itself.
        self._config_source = self._config_source or os.environ.get('CELERY_CONFIG_MODULE') or None
        if self._config_source is not None:
            self.conf.source.update(self.prepare_config(read_config_object(self._config_source, self.conf.prefix)))
        self.configured = True
        self._preconf = dict(self.conf.changes)
        for defaults in self._pending_defaults:
            self.conf.add_defaults(defaults)
        self._pending_defaults.clear()

    def prepare_config(self, c):
        """Override it to change what was read."""
        return c

    def config_from_object(self, obj, silent=False, force=False, namespace=None):
        """A module, its name, a class, an object, a dict. Read with the first setting that is read, or now if one has been."""
        self._config_source = obj
        self.namespace = namespace or self.namespace
        self.conf.use_namespace(self.namespace)
        if not force and not self.configured:
            return None
        try:
            source = read_config_object(obj, self.conf.prefix)
        except (ImportError, AttributeError):
            if silent:
                return None
            raise
        # As Celery: what was set since the configuration was first read is forgotten.
        if self.configured:
            self.conf.changes.clear()
            self.conf.changes.update(self._preconf)
        self.conf.source.clear()
        self.conf.source.update(self.prepare_config(source))
        if not self.configured:
            self.conf.finalize()
        return self.conf

    def config_from_envvar(self, variable_name, silent=False, force=False):
        """The environment's variable names the module."""
        module = os.environ.get(variable_name)
        if not module:
            if silent:
                return False
            raise ImproperlyConfigured(f'The environment variable {variable_name!r} does not name a configuration module')
        return self.config_from_object(module, silent=silent, force=force)

    def add_defaults(self, fun):
        if self.configured:
            self.conf.add_defaults(fun)
        else:
            self._pending_defaults.append(fun)

    def either(self, default_key, *defaults):
        """The first of the values that is not None, then the setting."""
        return next((value for value in defaults if value is not None), self.conf.get(default_key))

    @property
    def timezone(self):
        """UTC, the machine's, or the one that the settings name."""
        import zoneinfo

        name = self.conf.timezone
        if name and name.upper() != 'UTC':
            return zoneinfo.ZoneInfo(name)
        if name:
            return datetime.timezone.utc
        return datetime.timezone.utc if self.conf.enable_utc else datetime.datetime.now().astimezone().tzinfo

    def uses_utc_timezone(self):
        return self.timezone == datetime.timezone.utc

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc).astimezone(self.timezone)

    def autodiscover_tasks(self, packages=None, related_name='tasks', force=False):
        """Imports `<package>.<related_name>` of each package, if it is there."""
        for package in (packages() if callable(packages) else packages) or ():
            name = f'{package}.{related_name}' if related_name else package
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as exc:
                if exc.name not in (name, package):
                    raise


def read_config_object(source, namespace=None):
    """Its settings by their names of today."""
    if isinstance(source, str):
        source = _imported(source)
    if isinstance(source, dict):
        values = dict(source)
    else:
        values = {name: getattr(source, name) for name in dir(source) if not name.startswith('_')}
    values = {key: value for key, value in values.items() if not isinstance(value, (types.ModuleType, types.FunctionType, type))}
    if not namespace:
        refuse_a_mixture(values)
    found = {new_name(key): value for key, value in values.items() if new_name(key) == new_name(key).lower()}
    own = {new_name(key, namespace): value for key, value in values.items() if namespace and key.startswith(namespace)}
    return {**found, **own}


def _imported(path):
    if ':' in path:
        return symbol_by_name(path)
    try:
        return importlib.import_module(path)
    except ImportError:
        if '.' not in path:
            raise
        return symbol_by_name(path)
