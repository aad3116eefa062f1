/**
 * What an app's configuration says, whatever way it was given, and what the small modules around a task answer: each line
 * is evaluated by real Celery's Python and by ours, and compared. Nothing here needs a broker.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PythonForTests, workspace } from '../python-host/python-for-tests.js'
import { python as realPython } from '../support/real-celery.js'

const settingsPy = `
task_acks_late = True
broker_url = 'redis://from-module/1'
beat_schedule = {'each': {'task': 't', 'schedule': 1}}
_hidden = 1

class Inner:
    task_serializer = 'yaml'
    worker_concurrency = 7

inner = Inner()
as_dict = {'result_expires': 5}
`

const namespacedPy = `
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_URL = 'redis://namespaced'
CELERY_WORKER_CONCURRENCY = 3
SHOP_RESULT_EXPIRES = 9
task_track_started = True
`

const oldPy = `
CELERY_TASK_SERIALIZER = 'yaml'
CELERY_ACKS_LATE = True
CELERYD_CONCURRENCY = 5
CELERYBEAT_MAX_LOOP_INTERVAL = 8
BROKER_URL = 'redis://old'
CELERY_TASK_RESULT_EXPIRES = 77
CELERY_IMPORTS = ('one', 'two')
`

const mixedPy = `
CELERY_TASK_SERIALIZER = 'yaml'
task_acks_late = True
task_track_started = True
`

/** Lines of `expression`, or of `statements -> expression`. */
const lines = String.raw`
fresh(); app.config_from_object('cfg') -> app.conf.task_acks_late, app.conf.broker_url, app.conf.beat_schedule
fresh(); app.config_from_object('cfg') -> app.configured, app.conf.task_serializer, app.configured
fresh(); app.config_from_object('cfg:Inner') -> app.conf.task_serializer, app.conf.worker_concurrency
fresh(); app.config_from_object('cfg.Inner') -> app.conf.task_serializer, app.conf.worker_concurrency
fresh(); app.config_from_object('cfg:as_dict') -> app.conf.result_expires
fresh(); import cfg; app.config_from_object(cfg) -> app.conf.task_acks_late
fresh(); import cfg; app.config_from_object(cfg.Inner) -> app.conf.worker_concurrency
fresh(); import cfg; app.config_from_object(cfg.inner) -> app.conf.worker_concurrency
fresh(); app.config_from_object({'task_acks_late': 1}) -> app.conf.task_acks_late
fresh(); app.config_from_object('namespaced', namespace='CELERY') -> app.conf.task_acks_late, app.conf.broker_url, app.conf.worker_concurrency, app.namespace
fresh(); app.config_from_object('namespaced', namespace='CELERY') -> app.conf.task_track_started, app.conf.result_expires == 9
fresh(); app.config_from_object('namespaced', namespace='SHOP') -> app.conf.result_expires
fresh(namespace='SHOP'); app.config_from_object('namespaced') -> app.conf.result_expires, app.conf['result_expires'], app.conf.get('SHOP_RESULT_EXPIRES')
fresh(); app.config_from_object('old') -> app.conf.task_serializer, app.conf.task_acks_late, app.conf.worker_concurrency, app.conf.beat_max_loop_interval
fresh(); app.config_from_object('old') -> app.conf.broker_url, app.conf.result_expires, app.conf.imports, app.conf.CELERY_ACKS_LATE, app.conf['BROKER_URL']
fresh(); app.config_from_object('mixed') -> kind(lambda: app.conf.task_serializer)
fresh(); app.config_from_object('missing_module') -> kind(lambda: app.conf.task_serializer)
fresh(); app.conf.timezone -> kind(lambda: app.config_from_object('missing_module')), kind(lambda: app.config_from_object('missing_module', silent=True))
fresh(); app.conf.timezone -> app.config_from_object('missing_module', silent=True)
fresh(); os.environ['MY_CONFIG'] = 'cfg:Inner'; app.config_from_envvar('MY_CONFIG') -> app.conf.worker_concurrency
fresh() -> kind(lambda: app.config_from_envvar('NOT_SET')), app.config_from_envvar('NOT_SET', silent=True)
fresh(); app.conf.task_acks_late = False; app.config_from_object('cfg') -> app.conf.task_acks_late
fresh(); app.conf.timezone; app.conf.task_acks_late = False; app.config_from_object('cfg') -> app.conf.task_acks_late
fresh(broker='redis://given'); app.config_from_object('cfg') -> app.conf.broker_url, app.conf.task_acks_late
fresh(task_serializer='yaml', changes={'task_acks_late': 4}, include=['x'], backend='redis://b/') -> app.conf.task_serializer, app.conf.task_acks_late, app.conf.include, app.conf.result_backend
fresh(); app.conf.CELERY_TASK_SERIALIZER = 'yaml' -> app.conf.task_serializer, app.conf['CELERY_TASK_SERIALIZER']
fresh(); app.conf.update({'task_acks_late': 1}, task_serializer='yaml') -> app.conf.task_acks_late, app.conf['task_serializer']
fresh(); app.conf['task_acks_late'] = 3; app.conf.setdefault('task_serializer', 'x') -> app.conf.task_acks_late, app.conf.task_serializer
fresh(); app.conf.own_setting = 5 -> app.conf.own_setting, 'own_setting' in app.conf, 'other_setting' in app.conf, 'task_serializer' in app.conf
fresh(); app.add_defaults({'task_acks_late': 2, 'mine': 3}) -> app.conf.task_acks_late, app.conf.mine
fresh(); app.add_defaults(lambda: {'mine': 3}); app.conf.mine = 4 -> app.conf.mine
fresh(); app.conf.timezone; app.add_defaults({'mine': 3, 'task_acks_late': 1}) -> app.conf.mine, app.conf.task_acks_late
fresh(task_default_queue='q') -> app.conf.task_default_exchange, app.conf.task_default_routing_key
fresh(task_default_queue='q', task_default_exchange='e') -> app.conf.task_default_exchange, app.conf.task_default_routing_key
fresh(task_default_queue='q') -> app.conf.first('nope', 'task_default_queue'), app.either('task_default_queue', None), app.either('task_default_queue', None, 'v')
fresh(task_default_queue='q') -> app.conf.value_set_for('task_serializer'), app.conf.get_by_parts('task', 'default_queue')
fresh(task_default_queue='q', result_backend='redis://:secret@h/1') -> app.conf.table()['task_default_queue'], app.conf.table(with_defaults=True)['task_serializer']
fresh(redis_password='geheim') -> app.conf.table()['redis_password'], app.conf.table(censored=False)['redis_password']
fresh(task_default_queue='q') -> 'task_default_queue: ' + repr('q') in app.conf.humanize()
fresh(); app.conf.beat_schedule['a'] = 1 -> app.conf.beat_schedule, fresh().conf.beat_schedule
fresh(); app.on_configure.connect(note) -> noted, app.conf.timezone, noted
fresh(); app.config_from_object('cfg'); app.on_after_configure.connect(note); app.finalize(); app.conf.timezone -> noted
fresh(timezone='UTC') -> str(app.timezone), app.uses_utc_timezone(), app.now().utcoffset().total_seconds()
fresh() -> str(app.timezone), app.uses_utc_timezone(), app.autofinalize, app.namespace, app.oid == app.oid, app.set_as_current
fresh(); app.conf = {'x': 1} -> app.conf
type('Own', (Celery,), {'on_init': lambda self: noted.append(self.main)})('own'); noted.append(1) -> noted[-2:]
Own = type('Own', (Celery,), {'task_cls': 'plain:MyTask'}); o = Own('o') -> o.Task.__mro__[1].__name__, o.task(name='x')(some_function).here
o = Celery('o', control='plain:MyControl') -> type(o.control).__name__, o.control.app.main
sorted(name for name in vars(type(fresh().task(name='x')(some_function).request)) if name[0] != '_' and 'stamp' not in name)
fresh().task(name='x')(some_function).request.args, app.tasks['x'].request.retries, app.tasks['x'].request.children
states.precedence('SUCCESS'), states.precedence('OWN'), states.state('PENDING') < states.state('SUCCESS'), states.state('OWN') > states.state('FAILURE')
max(map(states.state, ['PENDING', 'OWN', 'STARTED'])), states.state('SUCCESS') >= 'SUCCESS', states.PRECEDENCE
[[base.__name__ for base in getattr(exceptions, name).__mro__[1:3]] for name in sorted(exceptions.__all__) if name not in ('reraise', 'CeleryCommandException')]
[[base.__name__ for base in getattr(kombu_exceptions, name).__mro__[1:3]] for name in KOMBU]
repr(exceptions.BackendGetMetaError('x', task_id='t')), repr(exceptions.BackendStoreError('x', state='S', task_id='t')), exceptions.UNREGISTERED_FMT.format('t')
[humanize_seconds(s) for s in (0, 0.5, 1, 1.5, 59, 60, 61, 7200, 86400, 200000)], humanize_seconds(0.5, microseconds=True), humanize_seconds(60, 'in', ' ')
get_exponential_backoff_interval(2, 3, 100), get_exponential_backoff_interval(2, 30, 100), rate('10/m'), rate('5'), rate(None), rate('3/h')
maybe_timedelta(3), maybe_timedelta(datetime.timedelta(1)), maybe_iso8601('2030-01-02T03:04:05'), maybe_make_aware(datetime.datetime(2030, 1, 1)).isoformat()
list(functional.chunks(iter(range(5)), 2)), functional.first(None, [None, 0, 3]), functional.first(lambda n: n > 1, [1, 2]), list(functional.uniq([3, 1, 3])), functional.padlist([1, 2], 3), functional.is_list('x'), functional.maybe_list('x'), functional.maybe_list(None)
utils.nodename('a', 'b'), utils.nodesplit('a@b'), utils.nodesplit('b'), utils.worker_direct('a@b').name, utils.worker_direct('a@b').exchange.name, utils.gen_unique_id is utils.uuid, utils.noop(1)
symbol_by_name('plain:MyTask').__name__, symbol_by_name('plain.MyTask').__name__, symbol_by_name(5), symbol_by_name('nope.x', default=3), utils.get_full_cls_name(Celery)
kombu_serialization.dumps({'a': 1}), kombu_serialization.dumps({'a': 1}, serializer='json'), kombu_serialization.dumps('x'), kombu_serialization.dumps(b'x')
kombu_serialization.loads('{"a": 1}', 'application/json', 'utf-8'), kombu_serialization.loads(b'{"a": 1}', 'application/json', 'utf-8')
kind(lambda: kombu_serialization.loads('{}', 'application/json', 'utf-8', accept=['yaml'])), kombu_serialization.prepare_accept_content(['json'])
AsyncResult('a', parent=AsyncResult('b')).as_list(), AsyncResult('a').ignored
EagerResult('e', 1, 'SUCCESS').then(noted.append) and noted[-1].id
ResultSet([EagerResult('e', 1, 'SUCCESS'), EagerResult('f', 2, 'SUCCESS')]).get(), GroupResult('g', [EagerResult('e', 1, 'SUCCESS')]).as_tuple()
[name for name in ('MAIN', 'version_info_t', 'VERSION_BANNER', 'SERIES', 'uuid') if hasattr(celery, name)], celery.version_info_t._fields
fresh().task(name='x')(some_function).on_bound(app), app.tasks['x'].Task if hasattr(app.tasks['x'], 'Task') else None
sorted(app.tasks.regular()) == sorted(app.tasks), app.tasks.periodic()
`

const plainPy = `
from celery import Task
from celery.app.control import Control
class MyTask(Task):
    here = 'in MyTask'
class MyControl(Control): pass
`

const tasksPy = String.raw`
import datetime, os, sys
import celery
from celery import Celery, exceptions, states, utils
from celery.result import AsyncResult, EagerResult, GroupResult, ResultSet, allow_join_result
from celery.utils import functional
from celery.utils.time import get_exponential_backoff_interval, humanize_seconds, maybe_iso8601, maybe_make_aware, maybe_timedelta, rate
from kombu import exceptions as kombu_exceptions, serialization as kombu_serialization
from kombu.utils import symbol_by_name

app = Celery('tasks')
noted = []
KOMBU = '''ChannelError ChannelLimitExceeded ConnectionError ConnectionLimitExceeded ContentDisallowed DecodeError EncodeError
    HttpError InconsistencyError KombuError LimitExceeded MessageStateError NotBoundError OperationalError ResourceError
    SerializationError SerializerNotInstalled TimeoutError VersionMismatch'''.split()
def note(sender, **kwargs): noted.append(sorted(kwargs))
def some_function(): pass
def fresh(**options):
    global app
    app = Celery('fresh', **options)
    noted.clear()
    return app
def kind(call):
    try: return call()
    except Exception as exc: return [c.__name__ for c in type(exc).__mro__[:3]]
def told(text):
    out = []
    for line in text.strip().splitlines():
        statements, _, expression = line.rpartition(' -> ')
        for name in ('cfg', 'namespaced', 'old', 'mixed'): sys.modules.pop(name, None)
        try:
            exec(statements, globals())
            value = repr(eval(expression, globals()))
        except Exception as exc: value = type(exc).__name__ + ': ' + str(exc)
        out.append(line + '\n   ' + value)
    return out
first = app
@app.task
def tell(text):
    for name in ('CELERY_BROKER_URL', 'CELERY_RESULT_BACKEND'): os.environ.pop(name, None)
    with allow_join_result(): return told(text)
`

const files = {
  'tasks.py': tasksPy,
  'cfg.py': settingsPy,
  'namespaced.py': namespacedPy,
  'old.py': oldPy,
  'mixed.py': mixedPy,
  'plain.py': plainPy,
}
const folder = workspace(files)
const ours = new PythonForTests(files)
beforeAll(() => ours.load())
afterAll(async () => {
  await ours.close()
  rmSync(folder, { recursive: true, force: true })
})

test('each way to configure an app, and what its small modules answer, is the same', async () => {
  const script = 'import json, sys, tasks; print(json.dumps(tasks.told(sys.argv[1])))'
  const { stdout } = await promisify(execFile)(realPython, ['-W', 'ignore', '-c', script, lines], {
    cwd: folder,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  expect(await ours.value('tell', [lines])).toEqual(JSON.parse(stdout))
})
