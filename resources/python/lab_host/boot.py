"""The two beginnings of a Python: prepare() before the memory snapshot is made, start() in each process that begins from it."""
import importlib
import json
import linecache
import os
import random
import sys

from lab_host import interrupts

#: Imported once, so that a task module that wants them finds them already there.
_COMMON_MODULES = (
    'base64', 'collections', 'contextlib', 'copy', 'csv', 'dataclasses', 'datetime', 'decimal', 'email.message',
    'email.mime.multipart', 'email.mime.text', 'email.policy', 'email.utils', 'enum', 'functools', 'hashlib', 'html',
    'http.client', 'inspect', 'io', 'itertools', 'json', 'logging', 'math', 'operator', 'os', 'pathlib', 'pickle',
    'pprint', 'random', 're', 'secrets', 'signal', 'smtplib', 'socket', 'statistics', 'string', 'textwrap', 'time',
    'traceback', 'typing', 'urllib.error', 'urllib.parse', 'urllib.request', 'uuid', 'warnings', 'zoneinfo',
)  # fmt: skip


def prepare(files):
    """`files`: every Python file of ours, path to text. All are imported: after the snapshot they are there no more."""
    from lab_host import not_covered, sockets

    sockets.replace_socket_module()
    not_covered.install()
    for name in _COMMON_MODULES:
        importlib.import_module(name)
    for path, text in files.items():
        module = path.removesuffix('.py').removesuffix('/__init__').replace('/', '.')
        imported = importlib.import_module(module)
        not_covered.complete(imported)
        file = imported.__file__
        # A traceback shows source lines; without a time in it, the entry is kept though the file is gone.
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)


def start(config_text):
    """After the bridge is connected, before any of the learner's code."""
    from lab_host import bridge, clock, doors, ending, settings_told, sockets, stdio

    config = json.loads(config_text)
    # A snapshot remembers one state of the generator: without this every process would draw the same numbers.
    random.seed()
    pid = config['pid']
    os.getpid = lambda: pid
    # Emscripten's name for the program that made the snapshot: a path of the machine it was built on.
    os.environ.pop('_', None)
    clock.install()
    ending.install()
    interrupts.install()
    bridge.before_engine = _before_engine
    sys.argv = [config['program']]
    if config['loglevel'] is None:
        stdio.as_plain_process()
    else:
        stdio.as_worker(config['loglevel'], config['processName'], config['terminal'])
    doors.close()


class TaskEndedPython(Exception):
    """A task has called sys.exit(), or let KeyboardInterrupt through: this process ends, and says nothing of it."""


def _before_engine():
    from lab_host import publishing, settings_told

    settings_told.tell_changes()
    publishing.tell_listening()


def handle(text, body, interrupted):
    """One request of the host: load, run, or wsgi. The answer is JSON text; bytes go through bridge.give_bytes.

    `interrupted`: its soft time limit was over before it came here.
    """
    interrupts.begin_request(interrupted)
    try:
        return json.dumps(_answer(json.loads(text), body))
    finally:
        interrupts.end_request()


def _answer(request, body):
    from celery.app import afterwards
    from kombu.serialization import json_loads
    from lab_host import main_process, prompt, publishing, run_task, send_signal, sockets, stdio, workspace, wsgi

    kind = request['kind']
    if kind == 'load':
        os.environ.update(request['environ'])
        sockets.start(request['services'], request['hostname'])
        workspace.refuse(request['unusable'])
        answer = workspace.load(request['modules'], request['wanted'], request['nodename'])
    elif kind == 'run':
        try:
            answer = run_task.run(request['job'])
        except (SystemExit, KeyboardInterrupt):
            raise TaskEndedPython from None  # those two would be printed, as by a shell
    elif kind == 'afterwards':
        answer = afterwards.run(request['part'])
    elif kind == 'signal':
        answer = send_signal.send(request['name'], json_loads(request['fieldsJson']))
    elif kind == 'command':
        answer = main_process.command(workspace.app, request['name'], request['argsJson'], request['stateJson'])
    elif kind == 'publishing':
        answer = publishing.publishing(request['when'], request['messageJson'])
    elif kind == 'log':
        answer = stdio.log_for_engine(request['level'], request['loggerName'], request['message'])
    elif kind == 'prompt':
        answer = prompt.start()
    elif kind == 'type':
        if 'unusable' in request:
            workspace.refuse(request['unusable'])
        answer = {**prompt.push(request['line']), 'imported': prompt.imported()}
    elif kind == 'forget-typed':
        answer = prompt.forget()
    elif kind == 'complete':
        answer = prompt.complete(request['line'])
    elif kind == 'wsgi':
        answer = wsgi.call(request, body.to_bytes() if body is not None else b'')
    elif kind == 'wsgi-close':
        answer = wsgi.close()
    else:
        raise ValueError(f'the host asked for {kind!r}, which Python does not know')
    return answer
