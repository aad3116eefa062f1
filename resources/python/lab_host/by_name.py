"""What a module of another language looks like from Python: an app with its settings, its tasks by name, and its functions.
What is called runs in this process, beside Python (src-main/processes/wiring/stand-ins.ts).

Written into a module by src-main/processes/wiring/stand-ins.ts. By hand one would write the same without a task's own
options: `Celery().send_task('tasks.send_confirmation', (1,))`.
"""
import json

from celery import Celery
from kombu.utils.json import dumps, loads
from lab_host import bridge


def fill(module, text):
    told = json.loads(text)
    file = told['file']
    app = module['app'] = Celery(told['appName'])
    app.conf.update(told['conf'])
    for task in told['tasks']:
        short = task['name'].rpartition('.')[2]
        made = app.task(name=task['name'], **task['options'])(_beside(task['name'], task['name'], file))
        if short.isidentifier():
            module[short] = made
    for exported in told['names']:
        name, task = exported['name'], exported['task']
        module[name] = _beside(name, exported['body'], file) if task is None else app.tasks[task]


def _beside(name, called, file):
    def body(*args, **kwargs):
        answer = bridge.ask('call-body', name=called, argsJson=dumps(args), kwargsJson=dumps(kwargs))
        if answer['ok']:
            return loads(answer['resultJson'])
        raise RuntimeError(f'{name}, written in TypeScript ({file}), has thrown:\n{answer["tracebackText"].rstrip()}')

    body.__name__ = body.__qualname__ = name.rpartition('.')[2]
    body.__module__ = name.rpartition('.')[0]
    body.__doc__ = f'{name}, written in {file}.'
    return body
