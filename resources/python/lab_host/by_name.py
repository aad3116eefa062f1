"""What a module of another language looks like from Python: an app with its settings, its tasks by name, and functions
that say that they cannot be called from here.

Written into a module by src-main/processes/wiring/stand-ins.ts. By hand one would write the same without a task's own
options: `Celery().send_task('tasks.send_confirmation', (1,))`.
"""
import json

from celery import Celery


def fill(module, text):
    told = json.loads(text)
    file = told['file']
    app = module['app'] = Celery(told['appName'])
    app.conf.update(told['conf'])
    for task in told['tasks']:
        short = task['name'].rpartition('.')[2]
        made = app.task(name=task['name'], **task['options'])(_not_here(task['name'], f'{short}.delay(…)', file))
        if short.isidentifier():
            module[short] = made
    for exported in told['names']:
        name, task = exported['name'], exported['task']
        module[name] = _not_here(name, None, file) if task is None else app.tasks[task]


def _not_here(name, send, file):
    def body(*args, **kwargs):
        worker = 'Only code in that file can call it.' if send is None else f'A worker runs it: {send}'
        raise RuntimeError(f'{name} is written in TypeScript ({file}), so its code cannot be called from Python. {worker}')

    body.__name__ = body.__qualname__ = name.rpartition('.')[2]
    body.__module__ = name.rpartition('.')[0]
    body.__doc__ = f'{name}, written in {file}.'
    return body
