"""What fills an app's settings, and where its tasks are found. Celery: celery/app/base.py (config_from_object, autodiscover_tasks)"""
import types

from celery.app.settings import read_config_object
from celery.exceptions import ImproperlyConfigured


class Configuring:
    """The part of an app that reads its configuration; `conf` is the app's."""

    def config_from_object(self, obj, silent=False, force=False, namespace=None):
        try:
            values = read_config_object(obj)
        except ImportError as exc:
            if silent:
                return False
            raise ImproperlyConfigured(f'The configuration {obj!r} could not be imported: {exc}') from exc
        if namespace:
            prefix = namespace.upper() + '_'
            values = {key[len(prefix) :].lower(): value for key, value in values.items() if key.startswith(prefix)}
        for key, value in values.items():
            if key == key.lower() and not isinstance(value, (types.ModuleType, types.FunctionType, type)):
                self.conf[key] = value
        return True

    def add_defaults(self, fun):
        self.conf.add_defaults(fun)

    def autodiscover_tasks(self, packages=None, related_name='tasks', force=False):
        """Imports `<package>.<related_name>` of each package, if it is there."""
        import importlib

        for package in (packages() if callable(packages) else packages) or ():
            name = f'{package}.{related_name}' if related_name else package
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as exc:
                if exc.name not in (name, package):
                    raise
