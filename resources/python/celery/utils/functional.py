"""Functions about functions. Celery: celery/utils/functional.py"""
import functools
import inspect
from itertools import islice

from kombu.utils.functional import dictfilter, is_list, maybe_list  # noqa: F401


def head_from_fun(fun, bound=False):
    """A function with fun's signature and no body: calling it checks arguments as a call of the task would."""
    parameters = list(inspect.signature(fun).parameters.values())
    shown, values = [], {}
    star = False
    for index, parameter in enumerate(parameters):
        text = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            text, star = '*' + text, True
        elif parameter.kind is parameter.VAR_KEYWORD:
            text = '**' + text
        elif parameter.kind is parameter.KEYWORD_ONLY and not star:
            shown.append('*')
            star = True
        if parameter.default is not parameter.empty:
            values[f'default_{index}'] = parameter.default
            text += f'=default_{index}'
        shown.append(text)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            following = parameters[index + 1] if index + 1 < len(parameters) else None
            if following is None or following.kind is not parameter.POSITIONAL_ONLY:
                shown.append('/')
    name = fun.__name__ if fun.__name__.isidentifier() else 'task'
    # The module's name is part of what Python says about a wrong call.
    scope = {**values, '__name__': fun.__module__}
    exec(f'def {name}({", ".join(shown)}): pass', scope)
    # As Celery: self is counted in Python's words, so it is given.
    return functools.partial(scope[name], object()) if bound else scope[name]


def noop(*args, **kwargs):
    """Does nothing."""


def pass1(arg, *args, **kwargs):
    return arg


def first(predicate, it):
    """The first item that the predicate, or with None that it is not None, says yes to."""
    return next((item for item in it if (predicate(item) if predicate else item is not None)), None)


def chunks(it, n):
    """Lists of `n` items; the last may be shorter."""
    it = iter(it)
    while part := list(islice(it, n)):
        yield part


def padlist(container, size, default=None):
    return list(container)[:size] + [default] * (size - len(container))


def uniq(it):
    """Each item once, in the order of their first occurrence."""
    return iter(dict.fromkeys(it))


def fun_accepts_kwargs(fun):
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in inspect.signature(fun).parameters.values())
