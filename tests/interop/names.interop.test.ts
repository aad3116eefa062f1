/**
 * Every public name of real Celery's modules and classes (Debian's 5.2.6) is there in our Python, or says clearly that it
 * is not: nobody meets a bare AttributeError or ImportError.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PythonForTests } from '../python-host/python-for-tests.js'
import { python as realPython } from '../support/real-celery.js'

const modules = [
  ...['celery', 'celery._state', 'celery.local', 'celery.result', 'celery.canvas', 'celery.signals', 'celery.states'],
  ...['celery.exceptions', 'celery.schedules', 'celery.beat', 'celery.bootsteps', 'celery.worker.control'],
  ...['celery.worker.request', 'celery.contrib.abortable', 'celery.loaders.base', 'celery.backends.base'],
  ...['base', 'task', 'control', 'registry', 'routes', 'utils', 'amqp', 'defaults'].map((name) => `celery.app.${name}`),
  ...['', '.log', '.time', '.text', '.functional', '.imports', '.nodenames', '.serialization', '.saferepr'].map(
    (name) => `celery.utils${name}`,
  ),
  ...['', '.common', '.entity', '.exceptions', '.serialization', '.utils', '.utils.json', '.utils.uuid'].map(
    (name) => `kombu${name}`,
  ),
  ...['billiard', 'billiard.exceptions', 'celery.app'],
]

/** Instances by name; `app` and `task` are there. Run by both Pythons. */
const objectsPy = String.raw`
def objects():
    import celery.result as R, celery.canvas as C
    sig = app.signature('t')
    return {
        'Celery': app, 'Task': task, 'Context': task.request, 'Settings': app.conf, 'TaskRegistry': app.tasks,
        'Control': app.control, 'Inspect': app.control.inspect(),
        'AsyncResult': app.AsyncResult('a'), 'EagerResult': R.EagerResult('a', 1, 'SUCCESS'),
        'GroupResult': app.GroupResult('g', []), 'ResultSet': app.ResultSet([]),
        'Signature': sig, 'chain': C.chain(sig, sig), 'group': C.group([sig]), 'chord': C.chord([sig], sig),
        'xmap': C.xmap(sig, []), 'xstarmap': C.xstarmap(sig, []), 'chunks': C.chunks(sig, [], 1),
    }
`

const realPy = String.raw`
import importlib, json, sys, types
from celery import Celery
app = Celery('names', broker='redis://', backend='redis://')
@app.task(name='t')
def one(): pass
task = app.tasks['t']
${objectsPy}
def public(module):
    for name in dir(module):
        value = getattr(module, name, None)
        foreign = isinstance(value, types.ModuleType) and not value.__name__.startswith(module.__name__ + '.')
        owner = getattr(value, '__module__', None) or 'celery'
        if name[0] != '_' and not foreign and owner.startswith(('celery', 'kombu', 'billiard')):
            yield name
def found():
    for name in json.loads(sys.argv[1]):
        yield name, [*public(importlib.import_module(name))]
print(json.dumps({
    'modules': dict(found()),
    'classes': {name: [n for n in {*dir(type(one)), *vars(one)} if n[0] != '_'] for name, one in objects().items()},
}))
`

const oursPy = String.raw`
import importlib
from celery import Celery
app = Celery('tasks')
@app.task(name='t')
def one(): pass
task = app.tasks['t']
${objectsPy}
#: These ask the result backend, which is not there.
ASK = 'args children date_done graph info kwargs name queue result retries state status traceback worker'.split()

def problem(owner, name):
    try:
        getattr(owner, name)
    except Exception as exc:
        clear = isinstance(exc, (AttributeError, ImportError)) and f'{name} is not covered by the Python side' in str(exc)
        return None if clear else f'{type(exc).__name__}: {exc}'

def module_problem(module, names):
    try:
        owner = importlib.import_module(module)
    except ImportError as exc:
        says = str(exc).partition(' is not covered by')[0]
        return [] if module.startswith(says) else [f'{module}: {exc}']
    return [f'{module}.{name}: {said}' for name in names if (said := problem(owner, name))]

@app.task
def problems(names):
    found = [one for module in names['modules'].items() for one in module_problem(*module)]
    for kind, owner in objects().items():
        for name in names['classes'][kind]:
            known = kind in ('AsyncResult', 'EagerResult') and name in ASK and hasattr(type(owner), name)
            said = None if known else problem(owner, name)
            # Not for dicts' items: a real one raises NotRegistered there as well.
            if said and (kind, name) != ('Signature', 'type'):
                found.append(f'{kind}().{name}: {said}')
            if kind != 'Settings' and name not in vars(owner):
                said = problem(type(owner), name)
                if said:
                    found.append(f'{kind}.{name}: {said}')
    return found

@app.task
def asked():
    import celery
    told = []
    for code in ASKED.strip().splitlines():
        try:
            exec(code, {})
            told.append(code + ': nothing')
        except Exception as exc:
            told.append(f'{code}: {type(exc).__name__}: {str(exc).partition(". ")[0]}')
    return told

ASKED = '''
from celery import bootsteps
from celery import nothing_of_the_kind
import celery.bootsteps
import celery; celery.bootsteps
import celery; print(hasattr(celery, 'bootsteps') or 1 / 0)
from celery.app.amqp import Queues
from celery.worker.control import Pool
from celery import Celery; Celery('x').amqp
from celery import Celery; Celery.amqp
from celery import Task; Task().backend
from celery import Task; type('Own', (Task,), {'run': lambda self: super(type(self), self).start_strategy})().run()
from celery.signals import eventlet_pool_apply; eventlet_pool_apply.connect(print)
from kombu import Connection
'''
`

const ours = new PythonForTests({ 'tasks.py': oursPy })
beforeAll(() => ours.load())
afterAll(() => ours.close())

test('each name exists or says that it is not covered', async () => {
  const { stdout } = await promisify(execFile)(realPython, ['-W', 'ignore', '-c', realPy, JSON.stringify(modules)])
  const names = JSON.parse(stdout) as { modules: Record<string, string[]>; classes: Record<string, string[]> }
  expect(Object.values(names.modules).flat().length).toBeGreaterThan(700)
  expect(Object.keys(names.classes).length).toBe(18)
  expect(await ours.value('problems', [names])).toEqual([])
})

test('what is missing is named, however it is asked for', async () => {
  const not = 'is not covered by the Python side of this app'
  expect(await ours.value('asked')).toEqual([
    `from celery import bootsteps: ImportError: celery.bootsteps ${not}`,
    `from celery import nothing_of_the_kind: ImportError: celery.nothing_of_the_kind ${not}`,
    `import celery.bootsteps: ModuleNotFoundError: celery.bootsteps ${not}`,
    `import celery; celery.bootsteps: AttributeError: celery.bootsteps ${not}`,
    `import celery; print(hasattr(celery, 'bootsteps') or 1 / 0): ZeroDivisionError: division by zero`,
    `from celery.app.amqp import Queues: ModuleNotFoundError: celery.app.amqp ${not}`,
    `from celery.worker.control import Pool: ImportError: celery.worker.control.Pool ${not}`,
    `from celery import Celery; Celery('x').amqp: AttributeError: Celery.amqp ${not}`,
    `from celery import Celery; Celery.amqp: AttributeError: Celery.amqp ${not}`,
    `from celery import Task; Task().backend: AttributeError: Task.backend ${not}`,
    `from celery import Task; type('Own', (Task,), {'run': lambda self: super(type(self), self).start_strategy})().run(): ` +
      `AttributeError: Task.start_strategy ${not}`,
    `from celery.signals import eventlet_pool_apply; eventlet_pool_apply.connect(print): AttributeError: celery.signals.eventlet_pool_apply ${not}`,
    `from kombu import Connection: ImportError: kombu.Connection ${not}`,
  ])
})
