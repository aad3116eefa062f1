"""Names of Celery that this Python side does not have: a clear error instead of a puzzling one."""
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
    return attribute_of(module, ImportError)


class _MissingSubmodules(MetaPathFinder):
    """Last in line: asked only for what nobody else could find."""

    def find_spec(self, fullname, path, target=None):
        if fullname.split('.')[0] in _PACKAGES and '.' in fullname:
            raise ModuleNotFoundError(_words(fullname), name=fullname)
        return None


def install():
    if not any(isinstance(finder, _MissingSubmodules) for finder in sys.meta_path):
        sys.meta_path.append(_MissingSubmodules())
