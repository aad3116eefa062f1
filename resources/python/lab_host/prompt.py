"""The Python prompt: lines that a learner types, run as CPython's own prompt runs them, and the names that Tab offers.

The process around it is src-main/processes/python-prompt.ts: it edits the line, and shows what is printed here.
"""
import codeop
import linecache
import os
import re
import rlcompleter
import sys
import traceback
import types

from celery import _state
from lab_host import bridge, interrupts, settings_told, shown_traceback, workspace

_compile = None
_namespace = None
_lines = []
_number = 0
_imported = None


def start():
    """Once, after load: a fresh `__main__`, Ctrl+C, input() and the settings of whatever app the learner imports."""
    global _compile, _namespace
    _compile = codeop.CommandCompiler()
    main = types.ModuleType('__main__')
    sys.modules['__main__'] = main
    _namespace = vars(main)
    interrupts.install_keyboard()
    settings_told.tasks_of = workspace.tasks_of
    sys.stdin = _Typed()
    version = sys.version.split()[0]
    print(f'Python {version} in a process of its own, beside your web app. What you send from here is sent for real.')
    print('Your files can be imported:  from tasks import …   Tab completes, Ctrl+C interrupts, Ctrl+D starts anew.')


def push(line):
    """One more line. Answers whether the statement goes on, or how Python ends."""
    global _number
    sys.path_importer_cache.pop(workspace.FOLDER, None)  # files may have been saved since
    _lines.append(line)
    source = '\n'.join(_lines)
    name = f'<python-input-{_number}>'
    try:
        code = _compile(source, name, 'single')
    except (OverflowError, SyntaxError, ValueError) as exc:
        forget()
        _remember(source, name)
        _print(''.join(shown_traceback.of(exc).format_exception_only()))  # as Python's own: no frame of the compiler
        return {'more': False, 'exit': None}
    if code is None and interrupts.came_early():
        forget()
        _print('KeyboardInterrupt\n')
        return {'more': False, 'exit': None}
    if code is None:
        return {'more': True, 'exit': None}
    forget()
    _number += 1
    _remember(source, name)
    return {'more': False, 'exit': _run(code)}


def forget():
    """Ctrl+C in the middle of a statement."""
    _lines.clear()


def _remember(source, name):
    """For tracebacks, which show the line."""
    linecache.cache[name] = (len(source), None, [f'{one}\n' for one in source.split('\n')], name)


def _run(code):
    """Answers None, or the number that the process is to end with."""
    try:
        with interrupts.keyboard_may_interrupt():
            exec(code, _namespace)
    except SystemExit as exc:
        return _exit_code(exc.code)
    except BaseException as exc:
        sys.last_exc = exc
        _show(exc)
    finally:
        _flush()
    return None


def _exit_code(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _show(exc):
    shown = shown_traceback.of(exc)
    if not shown.stack:  # it came before the statement began
        _print(''.join(shown.format_exception_only()))
    else:
        _print(''.join(shown.format()))


def _print(text):
    _flush()
    print(text, end='', file=sys.stderr)


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            traceback.print_exc(file=sys.__stderr__)


class _Typed:
    """sys.stdin: input() asks for a line in the terminal."""

    encoding = 'utf-8'

    def readline(self, size=-1):
        typed = bridge.ask('read-line')
        if typed['kind'] == 'interrupt':
            raise KeyboardInterrupt
        return f"{typed['line']}\n" if typed['kind'] == 'line' else ''

    def read(self, size=-1):
        return ''.join(self)

    def __iter__(self):
        return iter(self.readline, '')

    def isatty(self):
        return False

    def fileno(self):
        raise OSError('sys.stdin is the terminal here, and has no number')


# --- the names that Tab offers

_IMPORT = re.compile(r'^\s*(?:from|import)\s+([\w.]*)$')
_FROM = re.compile(r'^\s*from\s+([\w.]+)\s+import\s+(?:[\w\s,]*,\s*)?(\w*)$')
_NAME = re.compile(r'[\w.]*$')
_MOST = 200


def complete(line):
    """What may stand at the end of `line`, and the part of it that each would take the place of."""
    if not line.strip():
        return {'words': [f'{line}    '], 'typed': line}
    found = _IMPORT.match(line)
    if found:
        return _words(_modules(), found[1])
    found = _FROM.match(line)
    if found:
        return _words(_names_in(found[1]), found[2])
    typed = _NAME.search(line)[0]
    return _words(_names(typed), typed) if typed else {'words': [], 'typed': ''}


def _words(names, typed):
    fitting = sorted({name for name in names if name.startswith(typed)})
    return {'words': fitting[:_MOST], 'typed': typed}


def _modules():
    ours = {name.removesuffix('.py') for name in os.listdir(workspace.FOLDER) if name.endswith('.py')}
    return ours | {'celery', 'kombu'} | {name for name in sys.stdlib_module_names if not name.startswith('_')}


def _names_in(module):
    """Only of what is imported already: Tab runs no code."""
    found = sys.modules.get(module)
    return [] if found is None else [name for name in vars(found) if not name.startswith('_')]


def _names(typed):
    completer = rlcompleter.Completer(_namespace)
    found = []
    for number in range(_MOST):
        word = completer.complete(typed, number)
        if word is None:
            break
        found.append(word.rstrip())
    return found


def imported():
    """The learner's files that this Python has imported and the tasks it knows, when they are others than before; else None."""
    global _imported
    modules = [(name, getattr(module, '__file__', None) or '') for name, module in list(sys.modules.items())]
    files = sorted(file.removeprefix(f'{workspace.FOLDER}/') for _, file in modules if file.startswith(workspace.FOLDER))
    app = _state._app
    now = (files, id(app))
    if now == _imported:
        return None
    _imported = now
    return {'files': files, 'tasks': [] if app is None else sorted(app.tasks)}
