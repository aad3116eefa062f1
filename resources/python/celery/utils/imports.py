"""Objects by their paths and paths of objects. Celery: celery/utils/imports.py"""
import importlib

from kombu.utils.imports import symbol_by_name


def qualname(obj):
    """`module.name` of a class, or of an object's class."""
    kind = obj if hasattr(obj, '__name__') else type(obj)
    return f'{kind.__module__}.{getattr(kind, "__qualname__", kind.__name__)}'


def instantiate(name, *args, **kwargs):
    return symbol_by_name(name)(*args, **kwargs)


def import_from_cwd(module, imp=None, package=None):
    """The working folder is where modules come from here anyway."""
    return (imp or importlib.import_module)(module, package=package)


def gen_task_name(app, name, module_name):
    return app.gen_task_name(name, module_name)
