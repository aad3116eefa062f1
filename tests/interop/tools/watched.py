"""
A life of tasks before the eyes of `celery events --dump` and of celery.events.state.State: prints what each of them saw,
task by task, as producer and worker send over connections of their own, and without what differs between two runs.
"""
import json
import os
import re
import subprocess
import sys
import threading
import time

from tasks import *

NODE = 'celery@node'


def wait_until(what, check):
    for _ in range(300):
        if check():
            return
        time.sleep(0.2)
    raise AssertionError(f'{what} never came; the dump:\n{dumped()}')


# the dump of the command line
dump_file = open('dump.txt', 'w')
dumper = subprocess.Popen(
    [sys.executable, '-m', 'celery', '-A', 'tasks', 'events', '--dump'], stdout=dump_file, stderr=subprocess.STDOUT
)


def dumped():
    with open('dump.txt') as file:
        return file.read()


# the state of a monitor
state = app.events.State()
events = []
connection = app.connection_for_read()


def on_event(event):
    events.append(dict(event))
    state.event(event)


def watch():
    with connection:
        receiver = app.events.Receiver(connection, handlers={'*': on_event}, app=app)
        receiver.capture(limit=None, timeout=None, wakeup=True)


threading.Thread(target=watch, daemon=True).start()
wait_until('a heartbeat', lambda: 'heartbeat' in dumped() and events)


def seen(type, uuid):
    return lambda: any(event['type'] == type and event.get('uuid') == uuid for event in events)


def send(task, id, end, *args, **options):
    task.apply_async(args, task_id=id, **options)
    wait_until(f'{end} of {id}', seen(end, id))


send(add, 'plain-1', 'task-succeeded', 1, 2)
send(add, 'shown-1', 'task-succeeded', 'text', "it's", argsrepr="('hidden',)", kwargsrepr='{...}')
send(say, 'kwargs-1', 'task-succeeded', kwargs={'word': 'x', 'more': [1, 2.5, None, {'a': True}]})
send(fail, 'failed-1', 'task-failed', 'wrong')
send(own_error, 'failed-2', 'task-failed')
send(again, 'retried-1', 'task-succeeded')
send(add, 'later-1', 'task-succeeded', 3, 4, countdown=1)
send(add, 'late-1', 'task-revoked', 3, 4, expires=-10)
app.control.revoke('revoked-1', reply=True, destination=[NODE], timeout=20)
send(add, 'revoked-1', 'task-revoked', 1, 1)
send(reject, 'rejected-1', 'task-rejected')
send(ignore, 'ignored-1', 'task-started')
send(nap, 'terminated-1', 'task-started', 60)
time.sleep(0.5)
app.control.terminate('terminated-1', reply=True, destination=[NODE], timeout=20)
wait_until('the end of terminated-1', seen('task-revoked', 'terminated-1'))
send(crash, 'lost-1', 'task-failed')
send(hard, 'timed-1', 'task-failed')
send(soft, 'soft-1', 'task-failed')
app.send_task('tasks.nobody', (1,), task_id='unknown-1')
wait_until('unknown-1', seen('task-failed', 'unknown-1'))
send(big, 'big-1', 'task-succeeded')
send(parent, 'parent-1', 'task-succeeded')
wait_until('the child', seen('task-succeeded', 'child-1'))
(add.s(1, 1).set(task_id='chain-1') | add.s(2).set(task_id='chain-2')).apply_async()
wait_until('the chain', seen('task-succeeded', 'chain-2'))
send(add, 'linked-1', 'task-succeeded', 5, 5, link=add.s(1).set(task_id='link-1'))
wait_until('the link', seen('task-succeeded', 'link-1'))
app.control.heartbeat(destination=[NODE])
wait_until('the heartbeat asked for', lambda: any(event.get('freq') == 5 for event in events))
before = len(events)
wait_until('one more heartbeat', lambda: any(event['type'] == 'worker-heartbeat' for event in events[before:]))
alive = [(name, worker.alive, worker.status_string) for name, worker in state.workers.items() if name == NODE]
app.control.shutdown()
wait_until('its shutdown', lambda: 'shutdown' in dumped() and any(e['type'] == 'worker-offline' for e in events))
dumper.terminate()
dumper.wait()


def last_line(traceback):
    return traceback and str(traceback).rstrip().rsplit('\n', 1)[-1]


def plain(text):
    """As the dump shows it, without numbers and times of one run."""
    text = re.sub(r'traceback=(.*?)\n, utcoffset', lambda found: f'traceback={last_line(found[1])}, utcoffset', text, flags=re.S)
    text = re.sub(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(\+00:00)?', 'TIME', text)
    # What is not received is known to the dump by its task-sent alone, which comes over another connection: earlier or later.
    of_sent = r'tasks\.\w+\((?:late|revoked|unknown)-1\) .*?kwargs=\{\}'
    text = re.sub(rf'(task (?:revoked|failed): )(?:{of_sent})?( clock)', r'\1SENT\2', text)
    text = re.sub(r'\b(clock|pid|active|processed)=\d+', r'\1=INT', text)
    text = re.sub(r'\b(local_received|runtime)=\d+\.\d+', r'\1=FLOAT', text)
    text = re.sub(r'loadavg=\[\d+\.\d+, \d+\.\d+, \d+\.\d+\]', 'loadavg=LOAD', text)
    return re.sub(r'gen\d+@[\w.-]+', 'CLIENT', text)


def of_one_run(key, value):
    if key in ('clock', 'pid', 'timestamp', 'local_received', 'runtime', 'loadavg', 'active', 'processed'):
        return type(value).__name__
    if key == 'traceback':
        return last_line(value)
    return plain(value) if isinstance(value, str) else value


lines = plain(dumped()).splitlines()
print('== dump: beginning, worker')
print(lines[0])
print(*sorted({line for line in lines[1:] if '] task ' not in line}), sep='\n')
# Each task's in their order: which of two tasks of different processes is told of first is a matter of luck.
id_of = lambda line: line.split('] task ', 1)[1].partition('(')[2].partition(')')[0]  # noqa: E731
print('== dump: sent')
print(*sorted((line for line in lines if '] task sent' in line), key=id_of), sep='\n')
print('== dump: received and after')
print(*sorted((line for line in lines if '] task ' in line and '] task sent' not in line), key=id_of), sep='\n')
shown = [{key: of_one_run(key, value) for key, value in sorted(event.items())} for event in events]
print('== events of the worker')
print(*sorted({json.dumps(event) for event in shown if 'uuid' not in event}), sep='\n')
for uuid in sorted({event['uuid'] for event in shown if 'uuid' in event}):
    print('== events of', uuid)
    print(*sorted(json.dumps(event) for event in shown if event.get('uuid') == uuid and event['type'] == 'task-sent'), sep='\n')
    print(*(json.dumps(event) for event in shown if event.get('uuid') == uuid and event['type'] != 'task-sent'), sep='\n')
print('== times')
of_node = [event for event in events if event['hostname'] == NODE]
print('finer than milliseconds:', sum(round(event['timestamp'] * 1e6) % 1000 != 0 for event in of_node) > len(of_node) / 2)
print('of now:', all(abs(event['timestamp'] - event['local_received']) < 60 for event in of_node))
print('== workers')
print(alive)
worker = state.workers[NODE]
fields = ('hostname', 'pid', 'freq', 'loadavg', 'clock', 'active', 'processed', 'sw_ident', 'sw_ver', 'sw_sys')
print({field: of_one_run(field, getattr(worker, field)) for field in fields})
print(worker.processed, worker.active, worker.alive, worker.status_string)
print('== tasks')
for uuid, task in sorted(state.tasks.items()):
    fields = (
        'name state args kwargs result exception eta expires retries exchange routing_key client root_id parent_id '
        'traceback runtime'
    )
    print(uuid, json.dumps({
        **{field: of_one_run(field, getattr(task, field)) for field in fields.split()},
        'worker': task.worker and task.worker.hostname,
        'children': sorted(child.uuid for child in task.children),
        'parent': task.parent and task.parent.uuid,
        'root': task.root and task.root.uuid,
        'ready': task.ready,
        'seen': [
            name
            for name in ('sent', 'received', 'started', 'succeeded', 'failed', 'retried', 'revoked', 'rejected')
            if getattr(task, name)
        ],
    }))
print('== all')
print(sorted(state.task_types()), state.event_count == len(events), state.task_count)
sys.stdout.flush()
os._exit(0)
