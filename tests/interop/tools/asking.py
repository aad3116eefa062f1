"""How a session asks a worker by Debian's `celery` command, and prints what that printed. Put before each session's own lines.
Each command runs in a fork of this process, which spares the seconds of importing Celery."""
import os
import sys
import time

import tasks
from tasks import add, app, fail, nap
from celery.__main__ import main

NODE = 'celery@node'


def celery(*words):
    print('$ celery', *words, flush=True)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(reading)
        code = 1
        sys.argv = ['celery', '-A', 'tasks', *words]
        try:
            main()
        except SystemExit as exit:
            code = exit.code if isinstance(exit.code, int) else 0
        except BaseException as error:
            print(f'{type(error).__name__}: {error}', file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        print(pipe.read(), end='')
    print('exit', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def ask(*words):
    """Of that one node, whose answer ends the waiting."""
    celery(*words, '-d', NODE, '-t', '20')


def pool_has(count):
    """Celery starts and misses pool processes within five seconds."""
    for _ in range(100):
        pool = app.control.inspect(destination=[NODE], timeout=20).stats()[NODE]['pool']
        if len(pool['processes']) == count == pool['writes']['inqueues']['total']:
            return
        time.sleep(0.3)
    raise AssertionError(f'{count} processes never came: {pool}')


def active_are(*ids):
    """A terminated process has been followed by another one, which has begun with the next task."""
    for _ in range(100):
        if [request['id'] for request in app.control.inspect(destination=[NODE], timeout=20).active()[NODE]] == [*ids]:
            return
        time.sleep(0.3)
    raise AssertionError(f'{ids} never ran')


def both(*words):
    ask(*words)
    ask(*words, '--json')
