"""What Debian's `celery` command prints when it asks a worker: one transcript, to be compared between two workers.
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


celery('status')
celery('status', '--json')
celery('status', '-d', 'celery@nobody')
celery('inspect', 'ping')
celery('inspect', 'ping', '-d', 'celery@nobody')
celery('control', 'enable_events', '-d', 'celery@nobody')
celery('inspect', 'nonsense')
celery('control', 'nonsense')

# a worker with nothing to do
for command in ('ping', 'active', 'reserved', 'scheduled', 'revoked', 'registered', 'active_queues', 'clock', 'query_task', 'stats'):
    both('inspect', command)
both('inspect', 'registered', 'rate_limit', 'name', 'max_retries', 'ignore_result', 'no_such_attribute')
both('inspect', 'query_task', 'nobody-1', 'nobody-2')
ask('inspect', 'conf')
ask('inspect', 'conf', 'yes')
ask('inspect', 'report')
ask('inspect', 'memdump', 'three')
ask('inspect', 'objgraph')
ask('inspect', 'ping', 'more', 'words')

# a worker that works
nap.apply_async((60,), task_id='running-1')
nap.apply_async((61,), {'x': [1, 2.5, None, True, 'text']}, task_id='reserved-1')
add.apply_async((1, 2), task_id='scheduled-1', countdown=3600)
active_are('running-1')
time.sleep(1)
for command in ('active', 'reserved', 'scheduled'):
    ask('inspect', command)
both('inspect', 'query_task', 'running-1', 'reserved-1', 'scheduled-1', 'nobody-1')

# control
both('control', 'rate_limit', 'tasks.add', '10/m')
ask('inspect', 'registered')
ask('control', 'rate_limit', 'tasks.add', '0')
ask('control', 'rate_limit', 'tasks.add', 'nonsense')
ask('control', 'rate_limit', 'tasks.nobody', '1/s')
ask('control', 'rate_limit', 'tasks.add')
ask('control', 'time_limit', 'tasks.add', '10', '20')
ask('control', 'time_limit', 'tasks.add', '10')
ask('control', 'time_limit', 'tasks.add')
ask('control', 'time_limit', 'tasks.nobody', '10')
ask('inspect', 'registered', 'soft_time_limit', 'time_limit')
ask('control', 'enable_events')
ask('control', 'enable_events')
ask('control', 'disable_events')
ask('control', 'disable_events')
ask('control', 'heartbeat')
ask('control', 'heartbeat', '--json')
ask('control', 'autoscale', '4', '2')
ask('control', 'autoscale', '4', '2', '--json')
ask('control', 'pool_restart')
ask('control', 'add_consumer', 'more')
ask('control', 'add_consumer', 'bound', 'letters', 'topic', 'letters.#')
ask('control', 'add_consumer', 'part', 'papers')
ask('control', 'add_consumer', 'one', 'two', 'direct', 'three', 'four')
ask('control', 'add_consumer')
time.sleep(1.5)
both('inspect', 'active_queues')
ask('control', 'cancel_consumer', 'more')
ask('control', 'cancel_consumer', 'nobody')
ask('control', 'cancel_consumer', 'celery')
time.sleep(1.5)
ask('inspect', 'active_queues')
ask('control', 'add_consumer', 'celery')
ask('control', 'revoke', 'revoked-1')
ask('control', 'revoke', 'scheduled-1', '--json')
ask('control', 'revoke')
ask('inspect', 'revoked')
ask('control', 'terminate', 'KILL', 'nobody-1')
ask('control', 'terminate', 'NONSENSE', 'running-1')
ask('control', 'terminate', 'TERM', 'running-1')
ask('control', 'terminate')
active_are('reserved-1')
ask('inspect', 'active')
ask('control', 'terminate', 'SIGTERM', 'reserved-1')
active_are()
pool_has(1)
ask('inspect', 'active')
ask('control', 'pool_grow', '2')
pool_has(3)
ask('inspect', 'stats')
ask('control', 'pool_shrink')
pool_has(2)
ask('control', 'pool_grow', 'two')
ask('control', 'pool_shrink', '5')
pool_has(0)
ask('inspect', 'stats')
ask('control', 'pool_grow')
pool_has(1)
ask('control', 'election')

# results
add.apply_async((1, 2), task_id='added-1').get(timeout=30)
fail.apply_async(('wrong',), task_id='failed-1').get(timeout=30, propagate=False)
celery('result', 'added-1')
celery('result', 'added-1', '--traceback')
celery('result', 'failed-1')
celery('result', 'failed-1', '--traceback')
celery('result', 'revoked-1', '--traceback')
celery('list', 'bindings')
celery('call', 'tasks.add', '-a', '[5, 6]', '--countdown', '3600')
time.sleep(1)
ask('inspect', 'scheduled')
celery('control', 'shutdown', '-d', NODE)
time.sleep(4)
celery('status')
add.delay(1, 1)
add.apply_async((1, 1), queue='other')
celery('purge', '-f')
celery('purge', '-f', '-Q', 'other')
celery('purge', '-f', '-Q', 'other,celery', '-X', 'celery')
