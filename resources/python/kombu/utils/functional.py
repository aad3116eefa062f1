"""Functions about sequences. kombu: kombu/utils/functional.py"""
from collections.abc import Iterable, Mapping


def is_list(obj, scalars=(Mapping, str), iters=(Iterable,)):
    """Something to go through that stands for several values."""
    return isinstance(obj, iters) and not isinstance(obj, scalars or ())


def maybe_list(obj, scalars=(Mapping, str)):
    """One value becomes a list of it; None stays None."""
    return obj if obj is None or is_list(obj, scalars) else [obj]


def dictfilter(d=None, **kw):
    """Without the keys whose value is None."""
    return {key: value for key, value in {**(d or {}), **kw}.items() if value is not None}
