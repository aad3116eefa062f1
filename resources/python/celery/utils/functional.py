"""Functions about functions. Celery: celery/utils/functional.py"""
import functools
import inspect


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
