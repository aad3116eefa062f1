/** What of a task's own code runs around its body: handlers, signals, annotations; and calls that run where they are made. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TaskOutcome } from '../../src-main/engine/trace/task-runner.js'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
from celery import Task, current_task, signals
from celery.exceptions import Ignore, Reject
import warnings
app.conf.task_annotations = {'tasks.annotated': {'rate_limit': '10/s', 'time_limit': 7}, 'tasks.wrapped': {'@run': lambda run: lambda self, x: run(x) + 1}}
said = []

@signals.worker_process_init.connect
def on_init(**kwargs): said.append(['worker_process_init', kwargs['sender']])

@app.task
def heard(clear=True):
    found = list(said)
    if clear: said.clear()
    return found

class Telling(Task):
    made = 0
    def __init__(self): type(self).made += 1
    def before_start(self, task_id, args, kwargs): said.append(['before_start', task_id, list(args)])
    def on_success(self, retval, task_id, args, kwargs): said.append(['on_success', retval, self.request.id, current_task.name])
    def on_failure(self, exc, task_id, args, kwargs, einfo): said.append(['on_failure', repr(exc), einfo.traceback.splitlines()[-1]])
    def on_retry(self, exc, task_id, args, kwargs, einfo): said.append(['on_retry', repr(exc), repr(einfo.exception.exc.exc)])
    def after_return(self, status, retval, task_id, args, kwargs, einfo): said.append(['after_return', status, repr(retval), einfo])

@app.task(base=Telling, bind=True)
def telling(self, kind):
    said.append(['body', kind])
    if kind == 'fail': raise ValueError('bad')
    if kind == 'ignore': raise Ignore()
    if kind == 'reject': raise Reject('no')
    if kind == 'retry': raise self.retry(exc=KeyError('k'), countdown=1)
    return self.made

class Breaking(Telling):
    def on_success(self, *args): 1 / 0

@app.task(base=Breaking)
def raising_after(kind): return kind

@app.task
def signalled(kind):
    if kind == 'fail': raise ValueError('bad')
    return kind

@signals.task_prerun.connect(sender=signalled)
def on_prerun(sender, task_id, task, args, kwargs, **_): said.append(['prerun', sender.name, task_id, list(args)])
@signals.task_success.connect(sender=signalled)
def on_success(sender, result, **_): said.append(['success', result])
@signals.task_failure.connect(sender=signalled)
def on_failure(sender, task_id, exception, einfo, traceback, **_): said.append(['failure', repr(exception), traceback is not None])
@signals.task_postrun.connect(sender=signalled)
def on_postrun(sender, retval, state, **_): said.append(['postrun', repr(retval), state])
@signals.task_internal_error.connect
def on_internal(exception, **_): said.append(['internal_error', repr(exception)])
def broken(**kwargs): raise RuntimeError('receiver')
signals.task_prerun.connect(broken, sender=signalled)

@app.task
def annotated(): pass
@app.task
def wrapped(x): return x

@app.task(bind=True, max_retries=2)
def flaky(self, succeeds_at):
    if self.request.retries < succeeds_at: raise self.retry(exc=ValueError(f'try {self.request.retries}'), countdown=60)
    return [self.request.retries, self.request.is_eager, self.request.called_directly]

@app.task
def applied(name, *args):
    r = app.tasks[name].apply(args)
    return [type(r).__name__, r.state, repr(r.result), r.ready(), bool(r.traceback)]

@app.task
def eagerly(how):
    app.conf.task_always_eager, app.conf.task_eager_propagates = True, how == 'propagates'
    signalled.store_eager_result = how == 'stores'  # a setting counts up to the end of the load, as in Celery
    try:
        if how == 'propagates':
            try: signalled.delay('fail')
            except ValueError as exc: return repr(exc)
        if how == 'by name':
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter('always')
                return [app.send_task('tasks.signalled').id, *(str(one.message) for one in caught)]
        if how == 'waits': return outer.delay().get(disable_sync_subtasks=False)
        return signalled.apply_async(('x',), task_id='eager').get(disable_sync_subtasks=False)
    finally:
        app.conf.task_always_eager = app.conf.task_eager_propagates = signalled.store_eager_result = False

@app.task
def outer():
    try: return signalled.delay('x').get()
    except RuntimeError as exc: return str(exc).splitlines()[0]

@app.task
def connects(name):
    getattr(signals, name).connect(on_internal)
`

const stored: unknown[] = []
let python: PythonForTests

beforeAll(async () => {
  const storeState = (ask: unknown): Promise<void> => Promise.resolve(void stored.push(ask))
  python = new PythonForTests({ 'tasks.py': tasks }, { app: { storeState } })
})
afterAll(() => python.close())

/** As the trace does it: the outcome, then each announced part; what was said meanwhile. */
async function end(name: string, args: readonly unknown[]): Promise<readonly [TaskOutcome, unknown[], unknown]> {
  const outcome = await python.run(name, args)
  const raised: unknown[] = []
  for (const part of outcome.afterwards ?? []) {
    raised.push(part, (await python.runner.afterwards?.(part))?.repr ?? null)
  }
  return [outcome, raised, await python.value('heard')]
}

test('loading tells which signals of a process somebody listens to, and they reach him', async () => {
  const loaded = await python.load()
  expect(loaded).toMatchObject({ kind: 'loaded', signals: ['worker_process_init'] })
  await python.runner.signal?.('worker_process_init', '{}')
  expect(await python.value('heard')).toEqual([['worker_process_init', null]])
  const options = loaded.kind === 'loaded' ? loaded.tasks.find(({ name }) => name === 'tasks.annotated')?.options : {}
  expect(options).toMatchObject({ rate_limit: '10/s', time_limit: 7 })
  expect(await python.value('wrapped', [1])).toBe(2)
})

describe('handlers', () => {
  const begun = (kind: string): unknown[] => [
    ['before_start', 'id-1', [kind]],
    ['body', kind],
  ]

  test('of a task that succeeds run with its request still there; its class was made once', async () => {
    const [outcome, parts, said] = await end('telling', ['ok'])
    expect(outcome).toMatchObject({ kind: 'success', resultJson: '1' })
    expect(parts).toEqual(['stored', null, 'logged', null])
    expect(said).toEqual([
      ...begun('ok'),
      ['on_success', 1, 'id-1', 'tasks.telling'],
      ['after_return', 'SUCCESS', '1', null],
    ])
  })

  test('of a task that fails', async () => {
    expect((await end('telling', ['fail']))[2]).toEqual([
      ...begun('fail'),
      ['on_failure', "ValueError('bad')", 'ValueError: bad'],
      ['after_return', 'FAILURE', "ValueError('bad')", null],
    ])
  })

  test('after_return is not called for a retry, nor for Ignore and Reject, as in Celery', async () => {
    expect((await end('telling', ['retry']))[2]).toEqual([
      ...begun('retry'),
      ['on_retry', "KeyError('k')", "KeyError('k')"],
    ])
    expect((await end('telling', ['ignore']))[2]).toEqual(begun('ignore'))
    expect((await end('telling', ['reject']))[2]).toEqual(begun('reject'))
  })

  test('what one raises is an internal error', async () => {
    const [, parts, said] = await end('raising_after', ['x'])
    expect(parts).toEqual(['stored', "ZeroDivisionError('division by zero')", 'logged', null])
    expect(said).toContainEqual(['internal_error', "ZeroDivisionError('division by zero')"])
  })
})

describe('signals', () => {
  test('of a running task come in their order, from the sender that was asked for; a broken receiver is logged', async () => {
    python.logs.length = 0
    expect((await end('signalled', ['x']))[2]).toEqual([
      ['prerun', 'tasks.signalled', 'id-1', ['x']],
      ['success', 'x'],
      ['postrun', "'x'", 'SUCCESS'],
    ])
    expect((await end('signalled', ['fail']))[2]).toEqual([
      ['prerun', 'tasks.signalled', 'id-1', ['fail']],
      ['failure', "ValueError('bad')", true],
      ['postrun', "ValueError('bad')", 'FAILURE'],
    ])
    expect(python.logs.map(({ message }) => message.split('\n')[0])).toContainEqual(
      expect.stringMatching(/^Signal handler <function broken at .*> raised: RuntimeError\('receiver'\)$/),
    )
  })

  test.each(['eventlet_pool_apply', 'user_preload_options'])('%s is not sent here, and says so', async (name) => {
    expect(await python.run('connects', [name])).toMatchObject({
      kind: 'failure',
      error: { repr: expect.stringContaining(`celery.signals.${name} is not covered`) as string },
    })
  })

  test('a task nobody listens to needs no second visit', async () => {
    // task_postrun has a receiver, of another sender: as Celery's, whether there are any is asked of the signal.
    expect((await python.run('wrapped', [1])).afterwards).toEqual(['stored', 'logged'])
    await python.runner.afterwards?.('end')
    expect(await python.value('heard')).toEqual([])
  })
})

describe('calls that run where they are made', () => {
  test('apply() answers an EagerResult; retries run at once', async () => {
    expect(await python.value('applied', ['tasks.flaky', 2])).toEqual([
      'EagerResult', 'SUCCESS', '[2, True, False]', true, false,
    ]) // prettier-ignore
    expect(await python.value('applied', ['tasks.flaky', 9])).toEqual([
      'EagerResult', 'FAILURE', "ValueError('try 2')", true, true,
    ]) // prettier-ignore
    expect(await python.value('applied', ['tasks.telling', 'ignore'])).toMatchObject({ 1: 'IGNORED' })
  })

  test('task_always_eager makes every call one of them and sends nothing', async () => {
    python.sent.length = 0
    expect(await python.value('eagerly', ['runs'])).toBe('x')
    expect(await python.value('eagerly', ['propagates'])).toBe("ValueError('bad')")
    expect(await python.value('eagerly', ['waits'])).toBe('Never call result.get() within a task!')
    expect(python.sent).toEqual([])
    expect(await python.value('eagerly', ['by name'])).toEqual([
      'sent-1',
      'task_always_eager has no effect on send_task',
    ])
    expect(stored).toEqual([])
  })

  test('task_store_eager_result stores what became of it', async () => {
    expect(await python.value('eagerly', ['stores'])).toBe('x')
    expect(stored).toMatchObject([{ taskId: 'eager', state: 'SUCCESS', metaJson: '"x"', traceback: null }])
  })
})
