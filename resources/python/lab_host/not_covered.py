"""Names of Celery that this Python side does not have: a clear error instead of a puzzling one."""
import importlib
import sys
from importlib.abc import MetaPathFinder
from opcode import opmap

from lab_host.not_covered_names import OF_CLASSES

_IMPORT_FROM = opmap['IMPORT_FROM']
_PACKAGES = ('celery', 'kombu', 'billiard', 'redis')


_OF_REDIS = ('redis.', 'Redis.')


def _words(name):
    return (
        f'{name} is not covered by the Python side of this app. '
        f'If {"redis-py" if name.startswith(_OF_REDIS) else "real Celery"} has it, the code is right, '
        'and runs when exported to a real project.'
    )


def attribute_of(owner, error=AttributeError):
    """A __getattr__ that names what was asked for."""

    def missing(name):
        # Dunder names are asked for by Python itself (import machinery, inspect, pickle).
        if name.startswith('__'):
            raise AttributeError(f'{owner!r} has no attribute {name!r}')
        raise error(_words(f'{owner}.{name}'))

    return missing


def name_of(module):
    """The same for a module, with its own submodules found."""

    def submodule(name):
        missing = attribute_of(module, _error_for(sys._getframe(1)))
        # `from celery import signals` asks here before it looks for a module of that name.
        if name.startswith('__'):
            return missing(name)
        try:
            return importlib.import_module(f'{module}.{name}')
        except ModuleNotFoundError as exc:
            if exc.name != f'{module}.{name}':
                raise
        return missing(name)

    return submodule


def _error_for(frame):
    """`from celery import x` would swallow an AttributeError's words; `hasattr(celery, 'x')` would not take another one."""
    return ImportError if frame.f_code.co_code[frame.f_lasti] == _IMPORT_FROM else AttributeError


class _NotCovered:
    """An attribute of a class, also for `Class.name` and `super().name`, which ask no __getattr__ of an instance.

    What a subclass or an instance sets itself comes first.
    """

    def __init__(self, shown):
        self._shown = shown

    def __get__(self, instance, owner=None):
        raise AttributeError(_words(self._shown))


class _MissingSubmodules(MetaPathFinder):
    """Last in line: asked only for what nobody else could find."""

    def find_spec(self, fullname, path, target=None):
        if fullname.split('.')[0] in _PACKAGES and '.' in fullname:
            raise ModuleNotFoundError(_words(fullname), name=fullname)
        return None


def install():
    if not any(isinstance(finder, _MissingSubmodules) for finder in sys.meta_path):
        sys.meta_path.append(_MissingSubmodules())


def complete(module):
    """Gives an imported module of ours, and the classes in it, an answer for the names of Celery they lack."""
    name = module.__name__
    if name.split('.')[0] not in _PACKAGES:
        return
    if '__getattr__' not in vars(module):
        module.__getattr__ = name_of(name)
    for class_name, names in OF_CLASSES.get(name, {}).items():
        owner = getattr(module, class_name)
        for missing in names.split():
            if not hasattr(owner, missing):
                setattr(owner, missing, _NotCovered(f'{class_name}.{missing}'))
