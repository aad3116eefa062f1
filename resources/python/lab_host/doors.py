"""Closes the ways from Python into JavaScript: importing them says why they are closed.

The host closes the other side as well (src-main/python-host/seal-python.ts): no code from strings, no file system but
Python's own, no sockets but those of sockets.py.
"""
import os
import sys
from importlib.abc import MetaPathFinder

_CLOSED = ('js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core', 'micropip')


class _ClosedDoors(MetaPathFinder):
    """First in line."""

    def find_spec(self, fullname, path, target=None):
        if fullname.split('.')[0] in _CLOSED:
            raise ImportError(
                f'{fullname} is not available: tasks run in a Python without a way out into the app', name=fullname
            )
        return None


def _no_commands(command):
    raise PermissionError(1, f'commands of the machine are not available to tasks here: {command!r}')


def close():
    for name in list(sys.modules):
        if name.split('.')[0] in _CLOSED:
            del sys.modules[name]
    os.system = _no_commands
    # The finder for modules made of JavaScript objects goes; ours comes first.
    sys.meta_path[:] = [_ClosedDoors()] + [
        finder for finder in sys.meta_path if type(finder).__module__ != '_pyodide._importhook'
    ]
