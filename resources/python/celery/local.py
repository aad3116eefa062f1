"""A stand-in for an object that is looked up each time it is used: `current_app`, `current_task`, a shared task.

Celery: celery/local.py
"""


class Proxy:
    """Passes everything to what `find` answers now."""

    __slots__ = ('_find',)

    def __init__(self, find):
        object.__setattr__(self, '_find', find)

    def _get_current_object(self):
        return object.__getattribute__(self, '_find')()

    @property
    def __class__(self):
        return self._get_current_object().__class__

    @property
    def __doc__(self):
        return self._get_current_object().__doc__

    @property
    def __name__(self):
        return self._get_current_object().__name__

    @property
    def __module__(self):
        return self._get_current_object().__module__

    def __getattr__(self, name):
        return getattr(self._get_current_object(), name)

    def __setattr__(self, name, value):
        setattr(self._get_current_object(), name, value)

    def __delattr__(self, name):
        delattr(self._get_current_object(), name)

    def __call__(self, *args, **kwargs):
        return self._get_current_object()(*args, **kwargs)

    def __bool__(self):
        return bool(self._get_current_object())

    def __repr__(self):
        return repr(self._get_current_object())

    def __str__(self):
        return str(self._get_current_object())

    def __eq__(self, other):
        return self._get_current_object() == other

    def __hash__(self):
        return hash(self._get_current_object())

    def __dir__(self):
        return dir(self._get_current_object())

    def __getitem__(self, key):
        return self._get_current_object()[key]

    def __setitem__(self, key, value):
        self._get_current_object()[key] = value

    def __contains__(self, key):
        return key in self._get_current_object()

    def __iter__(self):
        return iter(self._get_current_object())

    def __len__(self):
        return len(self._get_current_object())

    def __or__(self, other):
        return self._get_current_object() | other

    def __reduce__(self):
        return self._get_current_object().__reduce__()
