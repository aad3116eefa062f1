"""Commands of one's own for the worker's remote control, run by the Python of its main process.

Celery: celery/worker/control.py. What a command sees of the worker is lab_host/main_process.py.
"""
import inspect
from collections import UserDict, namedtuple

__all__ = ('Panel', 'control_command', 'inspect_command')

controller_info_t = namedtuple(
    'controller_info_t', ('alias', 'type', 'visible', 'default_timeout', 'help', 'signature', 'args', 'variadic')
)


def ok(value):
    return {'ok': value}


def nok(value):
    return {'error': value}


class Panel(UserDict):
    """The commands by their names."""

    data = {}
    meta = {}

    @classmethod
    def register(cls, *args, **kwargs):
        return cls._register(**kwargs)(*args) if args else cls._register(**kwargs)

    @classmethod
    def _register(
        cls,
        name=None,
        alias=None,
        type='control',
        visible=True,
        default_timeout=1.0,
        help=None,
        signature=None,
        args=None,
        variadic=None,
    ):
        def registering(fun):
            command = name or fun.__name__
            words = help or (inspect.getdoc(fun) or '').strip().split('\n')[0]
            cls.data[command] = fun
            cls.meta[command] = controller_info_t(
                alias, type, visible, default_timeout, words, signature, args, variadic
            )
            if alias:
                cls.data[alias] = fun
            return fun

        return registering


def control_command(**kwargs):
    """A decorator: the function changes the worker. It gets `state`, and the arguments by their names."""
    return Panel.register(type='control', **kwargs)


def inspect_command(**kwargs):
    """A decorator: the function tells something of the worker."""
    return Panel.register(type='inspect', **kwargs)


_KINDS = {int: 'int', float: 'float', bool: 'flag'}


def described():
    """As data, for the engine: engine/control/own-commands.ts."""
    return [
        {
            'name': name,
            'type': meta.type,
            'alias': meta.alias,
            'visible': meta.visible,
            'help': meta.help,
            'signature': meta.signature,
            'args': [[argument, _KINDS.get(kind, 'text')] for argument, kind in meta.args or ()],
            'variadic': meta.variadic,
        }
        for name, meta in Panel.meta.items()
    ]
