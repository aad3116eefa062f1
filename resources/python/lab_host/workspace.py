"""Imports the learner's modules, and says exactly where it went wrong when one does not load."""
import importlib
import os
import sys
from importlib.abc import MetaPathFinder

from kombu.utils.functional import maybe_list
from lab_host import main_process, publishing, settings_told, shown_traceback, stdio

FOLDER = '/workspace'

#: The app that `-A` named; set by load().
app = None


class NoApp(Exception):
    """The module loads, but what is looked for in it is not there."""

    def __init__(self, message, file):
        super().__init__(message)
        self.file = file


class _Refusing(MetaPathFinder):
    """First in line: a file that cannot be used is not here, and an import of it says why."""

    def __init__(self):
        self.words = {}

    def find_spec(self, fullname, path, target=None):
        if fullname in self.words:
            raise ImportError(self.words[fullname], name=fullname)
        return None


_refusing = _Refusing()


def refuse(unusable):
    """These of the learner's files cannot be used, and the others can."""
    _refusing.words = {one['module']: one['error']['message'] for one in unusable}
    for module in _refusing.words:  # the folder is there all the same, perhaps with nothing else in it
        os.makedirs(os.path.join(FOLDER, *module.split('.')[:-1]), exist_ok=True)
    if _refusing not in sys.meta_path:
        sys.meta_path.insert(0, _refusing)


def load(modules, wanted, nodename=None):
    """Imports each module; `wanted`, what the first holds, is 'celery' (an app with tasks), 'wsgi' (a callable) or None.

    No modules: the files are there to be imported later. `nodename`: of the worker that this is a process of.
    """
    global app
    if FOLDER not in sys.path:
        sys.path.insert(0, FOLDER)
    os.chdir(FOLDER)
    # Not importlib.invalidate_caches(): it would read the whole directory of the standard library's zip again (0.4 s).
    sys.path_importer_cache.pop(FOLDER, None)
    try:
        found = [importlib.import_module(module.partition(':')[0]) for module in modules]
        attribute = modules[0].partition(':')[2] if modules else ''
        if wanted == 'celery':
            app = find_celery_app(found[0], attribute)
            _import_more(app)
            app.finalize()
            if nodename is not None:
                main_process.configure_by_signals(app, nodename)
            publishing.tell_listening()
        if wanted == 'wsgi':
            find_wsgi_app(found[0], attribute)
        own_logging = app is not None and stdio.set_up_worker_logging(app)
    except BaseException as exc:
        return {'kind': 'refused', 'error': code_error(exc, modules[0].partition(':')[0] if modules else '')}
    return {'kind': 'loaded', 'ownLogging': own_logging, **describe()}


def _import_more(app):
    from celery import signals

    signals.import_modules.send(sender=app)
    for name in (*(maybe_list(app.conf.get('imports')) or ()), *(maybe_list(app.conf.get('include')) or ())):
        importlib.import_module(name)


def find_celery_app(module, attribute):
    """As `celery -A`: the attribute that was named, then `app`, then `celery`, then any Celery in the module."""
    from celery import Celery

    candidates = [attribute] if attribute else ['app', 'celery', *vars(module)]
    for name in candidates:
        found = getattr(module, name, None)
        if isinstance(found, Celery):
            return found
    file = _file_of(module)
    looked = f'named {attribute!r}' if attribute else "such as `app = Celery('name')`"
    raise NoApp(f'{file} has no Celery app {looked}', file)


def find_wsgi_app(module, attribute=''):
    found = getattr(module, attribute or 'app', None)
    if callable(found):
        return found
    file = _file_of(module)
    raise NoApp(f'{file} has no callable named `{attribute or "app"}`: a WSGI application is expected', file)


def _file_of(module):
    return _short(getattr(module, '__file__', None) or f'{module.__name__}.py')


def describe():
    """What the worker learns about the app: its tasks with their options, and its settings."""
    from celery import Celery
    from celery.worker import control
    from lab_host import send_signal

    found = app
    if found is None:
        found = next((value for module in _loaded_modules() for value in vars(module).values() if isinstance(value, Celery)), None)
    if found is None:
        return {'tasks': [], 'appName': '', 'conf': {}}
    return {
        'signals': send_signal.listened_to(),
        'controlCommands': control.described(),
        'tasks': tasks_of(found),
        'appName': found.main or '__main__',
        'conf': settings_told.of(found),
    }


def tasks_of(app):
    return [_described(task) for _, task in sorted(app.tasks.items())]


def _described(task):
    from celery.app.task import Task

    own = type(task).apply_async is not Task.apply_async or 'apply_async' in vars(task)
    return {'name': task.name, 'options': _options(task), **({'ownApplyAsync': True} if own else {})}


def _loaded_modules():
    return [module for module in list(sys.modules.values()) if (getattr(module, '__file__', None) or '').startswith(FOLDER)]


def _options(task):
    from celery.app.task import OPTION_NAMES

    values = {name: getattr(task, name, None) for name in OPTION_NAMES}
    return {name: settings_told.plain(value) for name, value in values.items() if value is not None and settings_told.is_plain(value)}


# --- where it went wrong


def code_error(exc, module):
    """CodeError of engine/trace/task-runner.ts: the place is the innermost one in the learner's own files."""
    shown = shown_traceback.of(exc, from_learner=True)
    file, line, column = _place(exc, shown, module)
    message = exc.msg if isinstance(exc, SyntaxError) and exc.msg else str(exc)
    return {
        'type': type(exc).__name__,
        'message': message or type(exc).__name__,
        'file': file,
        'line': line,
        'column': column,
        'traceback': ''.join(shown.format()),
    }


def _place(exc, shown, module):
    if isinstance(exc, SyntaxError) and (exc.filename or '').startswith(FOLDER):
        return _short(exc.filename), exc.lineno or 1, exc.offset
    if isinstance(exc, NoApp):
        return exc.file, 1, None
    for frame in reversed(shown.stack):
        if frame.filename.startswith(FOLDER):
            return _short(frame.filename), frame.lineno or 1, None if frame.colno is None else frame.colno + 1
    return f'{module}.py', 1, None


def _short(filename):
    return filename.removeprefix(FOLDER + '/')
