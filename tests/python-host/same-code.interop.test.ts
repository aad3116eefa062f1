/**
 * One module, run by real Celery's Python and by ours: what it says about apps, tasks, signatures, results, settings and
 * exceptions must be the same text. Addresses and ids are taken out; nothing here needs a broker.
 */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownCodePy } from './own-code.js'
import { PythonForTests, workspace } from './python-for-tests.js'

const tasksPy = String.raw`
import datetime, io, json, logging, os
import celery, celery.states
from celery import Celery, Task, chain, chord, current_app, current_task, group, shared_task, signature
from celery.exceptions import *
from celery.exceptions import (AlreadyRegistered, ChordError, Ignore, ImproperlyConfigured, InvalidTaskError, MaxRetriesExceededError,
    NotRegistered, OperationalError, QueueNotFound, Reject, Retry, SoftTimeLimitExceeded, TaskPredicate, TaskRevokedError,
    TimeLimitExceeded, TimeoutError, WorkerLostError)
from celery.result import AsyncResult, GroupResult, ResultSet, result_from_tuple
from celery.utils import uuid
from celery.utils.graph import DependencyGraph, GraphFormatter
from celery.utils.log import get_task_logger

app = Celery('shop', broker='redis://elsewhere/1', task_default_queue='front')
app.conf.update(task_track_started=True, result_expires=60)
app.conf.task_annotations = {'own_code.annotated': {'rate_limit': '10/s', 'time_limit': 7, 'priority': 3},
    'own_code.wrapped': {'@run': lambda run: lambda self, x: run(x) + 1}, '*': {'rate_limit': '9/s'}}
app.conf.task_soft_time_limit = 7
app.conf['task_time_limit'] = 9

class Base(app.Task):
    kept = 'by base'
    def hello(self): return 'hello ' + self.name

@app.task
def add(x, y=2, *rest, z, **more):
    """Adds."""
    return x + y

@app.task(bind=True, base=Base, max_retries=5, acks_late=True, rate_limit='10/m', default_retry_delay=3, throws=(KeyError,))
def bound(self, a, b=1):
    return [self.request.id, self.request.called_directly, self.request.retries, self.request.is_eager, self.request.args,
            self.request.delivery_info, self.request.callbacks, self.request.get('nothing', 7), current_task.name]

@app.task(name='renamed.task', ignore_result=True, serializer='json', priority=3, queue='q')
def renamed(): pass

@shared_task
def shared(one): return one

@app.task(bind=True)
def tries_again(self, with_error):
    try: raise ValueError('inner')
    except ValueError as exc: raise self.retry(exc=exc) if with_error else self.retry()

class Classy(app.Task):
    name = 'classy'
    def run(self, n): return n * 2
classy = app.register_task(Classy())

def drawn(graph):
    out = io.StringIO()
    graph.to_dot(out)
    return out.getvalue()

def surface():
    out = []
    def show(code):
        try: value = eval(code, globals())
        except Exception as exc: value = type(exc).__name__ + ': ' + str(exc)
        out.append(code + ' -> ' + (value if isinstance(value, str) else repr(value)))
    for code in CODES: show(code)
    return out

CODES = [line for line in '''
app.main
repr(app).split(' at ')[0]
repr(add).split(' at ')[0]
current_app.main
current_app == app
add.name, renamed.name, shared.name, classy.name
add.__doc__, add.__name__
sorted(name for name in app.tasks if not name.startswith('celery.'))
app.tasks['tasks.add'] is app.tasks[add.name], 'nope' in app.tasks
app.tasks['nope']
isinstance(add, Task), isinstance(bound, Base), bound.kept, bound.hello()
add(1, z=0), shared(5), classy(4), bound(1)
[getattr(bound, name) for name in ('max_retries', 'acks_late', 'rate_limit', 'default_retry_delay', 'throws', 'ignore_result', 'serializer')]
[getattr(add, name) for name in ('max_retries', 'acks_late', 'rate_limit', 'default_retry_delay', 'ignore_result', 'serializer', 'track_started', 'priority', 'time_limit')]
[getattr(renamed, name) for name in ('ignore_result', 'priority', 'queue', 'serializer')]
app.conf.broker_url, app.conf.result_backend
app.conf.task_default_queue, app.conf.task_track_started, app.conf.result_expires, app.conf.task_soft_time_limit, app.conf['task_time_limit']
app.conf.timezone, app.conf.enable_utc, app.conf.task_serializer, app.conf.accept_content, app.conf.worker_prefetch_multiplier, app.conf.task_acks_late
app.conf.get('no_such_setting', 5), 'task_serializer' in app.conf
app.conf.no_such_setting
repr(add.s(1, z=2)), repr(add.si(1)), str(bound.s('x', b=datetime.date(2030, 1, 2)))
{key: value for key, value in add.s(1, z=2).items() if key != 'chord_size'}
add.s(1).set(queue='x', priority=5).options
add.s(2).clone((1,), {'z': 3}).args, add.s(2).clone((1,), {'z': 3}).kwargs
add.si(2).clone((1,), {'z': 3}).args
add.signature((1,), {'z': 1}, countdown=10).options
app.signature('some.task', args=(1,)).task, signature('some.task', args=(1, 2)).args
json.dumps(add.s(1)) == json.dumps(dict(add.s(1)))
add.s(1, z=2)()
repr(group(add.s(1, z=0), shared.s(2))), len(group(add.s(1, z=0))), repr(group())
repr(chord([shared.s(1), shared.s(2)], add.s(z=1))), repr(chord([shared.s(1)])), repr(chain(shared.s(1), shared.s(), shared.s()))
repr(group(shared.s(1), shared.s(2)) | add.s(z=0) | shared.s()), repr(shared.s(1) | group(shared.s(), shared.s()) | shared.s())
type(shared.s(1) | group(shared.s(), shared.s())).__name__, type(group(shared.s(1), shared.s(2)) | add.s(z=0)).__name__, type(chain(group(shared.s(1), shared.s(2)))).__name__
repr(shared.chunks([1, 2, 3], 2)), repr(shared.map([1, 2])), repr(shared.starmap([(1,), (2,)])), [repr(part) for part in shared.chunks(zip(range(3)), 2).group().tasks]
chain(shared.s(1), shared.s())['subtask_type'], group(shared.s(1))['task'], chord([shared.s(1)], shared.s())['kwargs']['body'] == shared.s()
group(shared.s(1)).link_error(shared.s(9)), group(shared.s(1), shared.s(2)).link(shared.s(3))
chord([shared.s(1)], shared.s()).link(shared.s(4)), chain(shared.s(1), shared.s()).unchain_tasks()
group(shared.s(1)).apply_async(link=shared.s())
group(shared.s(1)).apply_async(link_error=shared.s())
isinstance(signature(json.loads(json.dumps(group(shared.s(1))))), group), signature(json.loads(json.dumps(chord([shared.s(1)], shared.s())))).body
result_from_tuple([['a', [['p', None], None]], None]).parent.id, result_from_tuple(['a', None]), GroupResult.__mro__[1] is ResultSet
AsyncResult('a', parent=AsyncResult('b')).as_tuple(), AsyncResult('a', parent=AsyncResult('b')).parent.id
DependencyGraph([('a', ['b', 'c']), ('b', ['d']), ('c', ['d']), ('d', [])]).topsort(), DependencyGraph([('a', ['b']), ('b', ['a'])]).topsort()
repr(DependencyGraph([('a', ['b', 'c']), ('b', ['c']), ('c', [])])), DependencyGraph([('a', ['b']), ('b', ['c']), ('c', [])]).valency_of('a')
drawn(DependencyGraph([('a', ['b', 'c']), ('b', []), ('c', [])])), drawn(DependencyGraph([('a', ['a'])], formatter=GraphFormatter(root='a', type='graph', id='g', indent=2, shape='oval')))
repr(shared.apply((1,)).graph), len(shared.apply((1,)).build_graph(intermediate=True)), list(shared.apply((1,)).graph.edges())
bound.replace(shared.s(1).set(chord=shared.s()))
bound.add_to_chord(shared.s())
add.delay()
add.delay(1, 2, 3)
bound.delay(1, 2, 3)
bound.delay(c=1)
shared.delay()
tries_again(True)
tries_again(False)
repr(Retry(exc=ValueError('x'), when=3)), str(Retry(exc=ValueError('x'), when=3)), str(Retry(when=3)), str(Retry('said', when=3))
str(Retry(when=datetime.datetime(2030, 1, 1)))
repr(Reject('why', requeue=True)), repr(Ignore()), Reject('why').requeue
repr(MaxRetriesExceededError('m', task_args=(1,))), repr(NotRegistered('n')), str(NotRegistered('n'))
[[base.__module__ + '.' + base.__name__ for base in kind.__mro__] for kind in (Retry, Ignore, TimeoutError, NotRegistered, MaxRetriesExceededError)]
[kind.__module__ for kind in (SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError, OperationalError)]
str(SoftTimeLimitExceeded()), repr(SoftTimeLimitExceeded(1)), str(TimeLimitExceeded(2))
sorted(celery.states.READY_STATES), sorted(celery.states.UNREADY_STATES), sorted(celery.states.PROPAGATE_STATES), sorted(celery.states.EXCEPTION_STATES)
AsyncResult('abc').id, str(AsyncResult('abc')), repr(AsyncResult('abc')), AsyncResult('abc') == AsyncResult('abc'), AsyncResult('abc') == 'abc', AsyncResult('abc', app=app).task_id
AsyncResult(None)
len(uuid())
get_task_logger('a.b').name, get_task_logger('a.b').parent.name
get_task_logger('celery')
app.gen_task_name('f', 'm'), app.gen_task_name('f', '__main__')
add.apply_async(1) and None
'''.strip().splitlines() if line]

@app.task
def tell(): return surface()

from own_code import allow_join_result, told
@app.task
def tell_own():
    with allow_join_result(): return told()
`

const environ = { CELERY_BROKER_URL: 'redis://127.0.0.1:1/0', CELERY_RESULT_BACKEND: 'redis://127.0.0.1:1/0' }
const files = { 'tasks.py': tasksPy, 'own_code.py': ownCodePy }
const folder = workspace(files)
const python = new PythonForTests(files, { environ })
beforeAll(() => python.load())
afterAll(async () => {
  await python.close()
  rmSync(folder, { recursive: true, force: true })
})

const comparable = (value: unknown): unknown[] =>
  JSON.parse(
    JSON.stringify(value)
      .replace(/0x[0-9a-f]+/g, '0x…')
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id'),
  ) as unknown[]

async function byRealCelery(call: string): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(
    '/usr/bin/python3',
    ['-c', `import json, tasks; print(json.dumps(${call}))`],
    { cwd: folder, env: { ...process.env, ...environ, PYTHONDONTWRITEBYTECODE: '1' } },
  )
  return comparable(JSON.parse(stdout))
}

test('what the module says is the same', async () => {
  const ours = comparable(await python.value('tell'))
  expect(ours).toEqual(await byRealCelery('tasks.surface()'))
  expect(ours.length).toBeGreaterThan(40)
})

test('handlers, signals, annotations and calls that run where they are made: each sees the same, in the same order', async () => {
  const ours = comparable(await python.value('tell_own'))
  expect(ours).toEqual(await byRealCelery('tasks.told()'))
  expect(ours.length).toBeGreaterThan(40)
})
