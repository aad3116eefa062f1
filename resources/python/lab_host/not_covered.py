"""Names of Celery that this Python side does not have: a clear error instead of a puzzling one."""
import importlib
import sys
from importlib.abc import MetaPathFinder

_PACKAGES = ('celery', 'kombu', 'billiard')


def _words(name):
    return (
        f'{name} is not covered by the Python side of this app. '
        'If real Celery has it, the code is right, and runs when exported to a real project.'
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
    """The same for a module: an ImportError, because `from celery import x` would swallow an AttributeError's words."""
    missing = attribute_of(module, ImportError)

    def submodule(name):
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


class _MissingSubmodules(MetaPathFinder):
    """Last in line: asked only for what nobody else could find."""

    def find_spec(self, fullname, path, target=None):
        if fullname.split('.')[0] in _PACKAGES and '.' in fullname:
            raise ModuleNotFoundError(_words(fullname), name=fullname)
        return None


def install():
    if not any(isinstance(finder, _MissingSubmodules) for finder in sys.meta_path):
        sys.meta_path.append(_MissingSubmodules())
