"""Exceptions as data and back: what a result can hold of them. Celery: celery/utils/serialization.py, backends/base.py"""
import builtins
import pickle
import sys
from inspect import getmro

from celery.utils.saferepr import saferepr

_NOT_WANTED = (Exception, BaseException, object)


class UnpickleableExceptionWrapper(Exception):
    """Stands in for an exception that cannot be rebuilt from its args; keeps its names and its repr."""

    exc_module = None
    exc_cls_name = None
    exc_args = None

    def __init__(self, exc_module, exc_cls_name, exc_args, text=None):
        self.exc_module = exc_module
        self.exc_cls_name = exc_cls_name
        self.exc_args = tuple(ensure_serializable(exc_args, pickle.dumps))
        self.text = text
        super().__init__(exc_module, exc_cls_name, self.exc_args, text)

    def restore(self):
        return create_exception_cls(self.exc_cls_name, self.exc_module)(*self.exc_args)

    def __str__(self):
        return self.text

    @classmethod
    def from_exception(cls, exc):
        kind = type(exc)
        wrapper = cls(kind.__module__, kind.__name__, getattr(exc, 'args', []), saferepr(exc))
        return wrapper.with_traceback(exc.__traceback__)


def ensure_serializable(items, encoder):
    """Items that cannot be encoded become their repr."""
    safe = []
    for item in items:
        try:
            encoder(item)
        except Exception:
            safe.append(saferepr(item))
        else:
            safe.append(item)
    return tuple(safe)


def _survives(exc):
    try:
        pickle.loads(pickle.dumps(exc))
    except Exception:
        return False
    return True


def get_pickleable_exception(exc):
    """The exception, the nearest of its bases that can be rebuilt, or a stand-in."""
    if _survives(exc):
        return exc
    for base in getmro(type(exc)):
        if base in _NOT_WANTED:
            break
        try:
            nearest = base(*exc.args)
        except Exception:
            continue
        if _survives(nearest):
            return nearest
    return UnpickleableExceptionWrapper.from_exception(exc)


def create_exception_cls(name, module, parent=Exception):
    return type(str(name), (parent,), {'__module__': module})


def exception_from_stored(stored):
    """From {exc_type, exc_module, exc_message}: the class itself where it is loaded here, else one of that name."""
    if not isinstance(stored, dict) or 'exc_type' not in stored:
        return stored
    name, module, message = stored['exc_type'], stored.get('exc_module'), stored.get('exc_message')
    kind = _loaded_class(name, module)
    if kind is None:
        kind = create_exception_cls(name, module or 'celery.exceptions')
    arguments = message if isinstance(message, (list, tuple)) else [message]
    try:
        return kind(*arguments)
    except Exception:
        return Exception(f'{kind}({message})')


def _loaded_class(name, module):
    found = builtins if module is None else sys.modules.get(module)
    for part in name.split('.'):
        # Not getattr: a module of ours answers for names that it does not have.
        found = None if found is None else vars(found).get(part)
    # Only an exception class may be called with what came from the result backend.
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
