/** What a task's body comes to: values, exceptions, retries. The expected texts are from the recordings 01-basic and 03-results of Celery 5.6.3. One file, because all tests share one Python, which takes seconds to start. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TaskOutcome } from '../../src-main/engine/trace/task-runner.js'
import { waitFor } from '../support/wait-for.js'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
from celery import shared_task
from celery.exceptions import Ignore, Reject

class MyError(Exception): pass
class TwoArgError(Exception):
    def __init__(self, a, b): super().__init__(a, b)
class KwError(Exception):
    def __init__(self, *, detail): super().__init__('detail=%s' % detail)

@app.task
def add(x, y): return x + y

@app.task
def recursive(): return recursive()

@app.task
def ret(value): return value

@app.task
def shown(value): return repr(value)

@app.task
def unserializable(kind): return object() if kind == 'object' else {1} if kind == 'set' else __import__('datetime').timedelta(1)

@app.task(soft_time_limit=5, time_limit=3)
def limits_crossed(): pass

@app.task
def sends_limits_crossed(): limits_crossed.delay()

@app.task(bind=True)
def innermost(self): return [self.request.id, self.request.parent_id, self.request.root_id]

@app.task(bind=True)
def inner(self): return [innermost.apply(task_id='c').result, self.request.id, self.request.parent_id, self.request.root_id]

@app.task
def applies(): return inner.apply(task_id='b').result

@app.task
def other():
    from celery.result import AsyncResult
    return AsyncResult('b', parent=AsyncResult('a'))

@app.task
def fail(kind):
    if kind == 'value': raise ValueError('bad value')
    if kind == 'noargs': raise RuntimeError()
    if kind == 'key': raise KeyError('k')
    if kind == 'custom': raise MyError('custom', 42, {'a': 1})
    if kind == 'two': raise TwoArgError(7, 'seven')
    if kind == 'kw': raise KwError(detail='d')
    if kind == 'unjson': raise MyError(object())
    if kind == 'oserror': raise FileNotFoundError(2, 'No such file or directory', '/nope')
    if kind == 'assert': assert False, 'assertion text'
    if kind == 'exit': sys.exit(3)
    if kind == 'cause':
        try:
            {}['x']
        except KeyError as exc:
            raise ValueError('with cause') from exc

@app.task(throws=(MyError,))
def expected(): raise MyError('expected')

@app.task(bind=True)
def retried(self, max_retries=None):
    try: 1 / 0
    except ZeroDivisionError as exc: raise self.retry(exc=exc, countdown=1, max_retries=max_retries)

@app.task(bind=True)
def retried_without_error(self): raise self.retry(countdown=0, max_retries=0)

@app.task(autoretry_for=(ValueError,), retry_backoff=2, retry_jitter=False)
def retried_by_itself(): raise ValueError('auto')

@app.task
def ignored(): raise Ignore()

@app.task
def rejected(requeue): raise Reject('no', requeue=requeue)

@shared_task(bind=True)
def request(self):
    r = self.request
    return [self.name, r.id, r.root_id, r.retries, r.called_directly, r.delivery_info, r.hostname, r.headers, add(1, 2), os.getpid()]

@app.task
def sends():
    add.delay(1, y=2)
    add.apply_async((2, 3), countdown=5, priority=3, queue='mails', expires=60, headers={'x-my': 'hdr'})
    return str(app.send_task('other.task', [1]))

@app.task
def sends_badly():
    for call in (lambda: add.delay(1), lambda: add.delay({1, 2}, 1), lambda: add.apply_async('no', {})):
        try: call()
        except Exception as exc: yield_(type(exc).__module__ + '.' + type(exc).__name__ + ': ' + str(exc))
    return said
said = []
yield_ = said.append

@app.task
def not_covered(what):
    if what == 'bootsteps':
        from celery import bootsteps
    if what == 'beat':
        import celery.beat
    if what == 'method':
        app.select_queues()
`

let python: PythonForTests
beforeAll(async () => {
  python = new PythonForTests({ 'tasks.py': tasks })
  expect(await python.load()).toMatchObject({ kind: 'loaded' })
})
afterAll(() => python.close())

const failure = (outcome: TaskOutcome) => {
  if (outcome.kind !== 'failure') throw new Error(JSON.stringify(outcome))
  return outcome
}
const stored = (outcome: TaskOutcome): unknown[] => {
  const { error } = failure(outcome)
  return [error.excModule, error.excType, JSON.parse(error.excMessageJson), error.repr]
}

describe('values', () => {
  test.each([
    [
      'a datetime',
      '{"__type__": "datetime", "__value__": "2030-01-02T03:04:05.000678"}',
      'datetime.datetime(2030, 1, 2, 3, 4, 5, 678)',
    ],
    [
      'an aware datetime',
      '{"__type__": "datetime", "__value__": "2030-01-02T03:04:05+00:00"}',
      'datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)',
    ],
    ['a date', '{"__type__": "date", "__value__": "2030-01-02"}', 'datetime.date(2030, 1, 2)'],
    ['a time', '{"__type__": "time", "__value__": "03:04:05"}', 'datetime.time(3, 4, 5)'],
    ['a decimal', '{"__type__": "decimal", "__value__": "1.50"}', "Decimal('1.50')"],
    [
      'a uuid',
      '{"__type__": "uuid", "__value__": {"hex": "12345678123456781234567812345678"}}',
      "UUID('12345678-1234-5678-1234-567812345678')",
    ],
    ['bytes', '{"__type__": "bytes", "__value__": "bytes"}', "b'bytes'"],
    ['bytes that are no text', '{"__type__": "base64", "__value__": "/wA="}', "b'ff00'"],
    ['infinity', 'Infinity', 'inf'],
    ['not a number', 'NaN', 'nan'],
    ['a big integer', '1180591620717411303424', '1180591620717411303424'],
    ['a whole float', '2.0', '2.0'],
    ['text beyond ASCII', '"\\u00e6\\u2603"', "'æ☃'"],
    ['a nest', '{"a": [1, 2.5, null, true]}', "{'a': [1, 2.5, None, True]}"],
  ])('%s comes back as it went in', async (_what, json, repr) => {
    expect(await python.run('ret', `[${json}]`)).toMatchObject({ kind: 'success', resultJson: json, resultRepr: repr })
  })

  test('a long repr is cut as Celery cuts it', async () => {
    const outcome = await python.run('ret', [{ a: 'word '.repeat(300), b: [1] }])
    // 1024 characters less `{`, the key and its colon; cut at the last space, then the brackets that are open.
    expect(outcome).toMatchObject({ resultRepr: `{'a': '${'word '.repeat(202)}word...', ...}` })
  })

  test('a task whose soft limit is later than its hard one is not sent', async () => {
    const outcome = failure(await python.run('sends_limits_crossed', []))
    expect(stored(outcome)).toEqual([
      'builtins',
      'ValueError',
      ['soft_time_limit must be less than or equal to time_limit'],
      "ValueError('soft_time_limit must be less than or equal to time_limit')",
    ])
  })

  test('the result of another task is stored as its ids, as in Celery', async () => {
    expect(await python.run('other', [])).toMatchObject({
      kind: 'success',
      resultJson: '[["b", [["a", null], null]], null]',
      resultRepr: '<AsyncResult: b>',
    })
  })

  test.each(['object', 'set', 'timedelta'])('%s cannot be stored: EncodeError', async (kind) => {
    const outcome = failure(await python.run('unserializable', [kind]))
    const words = `Object of type ${kind} is not JSON serializable`
    expect(stored(outcome)).toEqual([
      'kombu.exceptions',
      'EncodeError',
      [`TypeError('${words}')`],
      `EncodeError(TypeError('${words}'))`,
    ])
    expect(outcome.error.tracebackText).toMatch(new RegExp(`kombu\\.exceptions\\.EncodeError: ${words}\\n$`))
  })
})

describe('exceptions arrive as Celery stores them', () => {
  test.each([
    ['value', ['builtins', 'ValueError', ['bad value'], "ValueError('bad value')"], 'ValueError: bad value'],
    ['noargs', ['builtins', 'RuntimeError', [], 'RuntimeError()'], 'RuntimeError'],
    ['key', ['builtins', 'KeyError', ['k'], "KeyError('k')"], "KeyError: 'k'"],
    [
      'custom',
      ['tasks', 'MyError', ['custom', 42, { a: 1 }], "MyError('custom', 42, {'a': 1})"],
      "tasks.MyError: ('custom', 42, {'a': 1})",
    ],
    ['two', ['tasks', 'TwoArgError', [7, 'seven'], "TwoArgError(7, 'seven')"], "tasks.TwoArgError: (7, 'seven')"],
    [
      'kw',
      [
        'celery.utils.serialization',
        'UnpickleableExceptionWrapper',
        ['tasks', 'KwError', ['detail=d'], "KwError('detail=d')"],
        `UnpickleableExceptionWrapper('tasks', 'KwError', ('detail=d',), "KwError('detail=d')")`,
      ],
      "celery.utils.serialization.UnpickleableExceptionWrapper: KwError('detail=d')",
    ],
    [
      'oserror',
      [
        'builtins',
        'FileNotFoundError',
        [2, 'No such file or directory'],
        "FileNotFoundError(2, 'No such file or directory')",
      ],
      "FileNotFoundError: [Errno 2] No such file or directory: '/nope'",
    ],
    [
      'assert',
      ['builtins', 'AssertionError', ['assertion text'], "AssertionError('assertion text')"],
      'AssertionError: assertion text',
    ],
  ])('%s', async (kind, expected, lastLine) => {
    const outcome = failure(await python.run('fail', [kind]))
    expect(stored(outcome)).toEqual(expected)
    const { tracebackText } = outcome.error
    expect(tracebackText.endsWith(`\n${lastLine}\n`)).toBe(true)
    expect(tracebackText).toMatch(
      /^Traceback \(most recent call last\):\n {2}File ".*celery\/app\/trace\.py", line \d+, in trace_task\n {4}R = retval = fun\(\*args, \*\*kwargs\)\n/,
    )
    expect(tracebackText).toMatch(/File "\/workspace\/tasks\.py", line \d+, in fail\n/)
    expect(tracebackText).not.toMatch(/lab_host|_pyodide/)
  })

  test('an argument that is not JSON is stored as its repr', async () => {
    expect(stored(await python.run('fail', ['unjson']))[2]).toEqual([
      expect.stringMatching(/^<object object at 0x[0-9a-f]+>$/),
    ])
  })

  test('a cause comes first, with the words Python has for it', async () => {
    const { tracebackText } = failure(await python.run('fail', ['cause'])).error
    expect(tracebackText).toMatch(
      /KeyError: 'x'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback/,
    )
  })

  test('a wrong number of arguments is a TypeError in the words of the call', async () => {
    expect(stored(await python.run('add', [1]))).toEqual([
      'builtins', 'TypeError', ["add() missing 1 required positional argument: 'y'"],
      `TypeError("add() missing 1 required positional argument: 'y'")`,
    ]) // prettier-ignore
  })

  test('an error that the task declares in throws is expected', async () => {
    expect(await python.run('expected')).toMatchObject({ kind: 'failure', expected: true })
    expect(await python.run('fail', ['value'])).toMatchObject({ kind: 'failure', expected: false })
  })
})

describe('other ends', () => {
  test('retry publishes the call again under its own id, and says when', async () => {
    python.sent.length = 0
    const outcome = await python.run('retried', [], { retries: 1, headers: { 'x-my': 'hdr' }, origin: 'gen1@host' })
    expect(outcome).toMatchObject({
      kind: 'retry',
      countdownSeconds: 1,
      message: "Retry in 1s: ZeroDivisionError('division by zero')",
      error: { excType: 'ZeroDivisionError', excMessageJson: '["division by zero"]' },
    })
    expect(outcome.kind === 'retry' && outcome.tracebackText).toMatch(
      /celery\.exceptions\.Retry: Retry in 1s: ZeroDivisionError/,
    )
    expect(python.sent).toEqual([
      expect.objectContaining({
        name: 'tasks.retried',
        options: expect.objectContaining({
          task_id: 'id-1', retries: 2, countdown: 1, queue: 'celery', headers: { 'x-my': 'hdr' }, origin: 'gen1@host',
        }), // prettier-ignore
        parent: { id: 'id-1', rootId: 'id-1', priority: 0 },
      }),
    ])
  })

  test('past max_retries the error itself is raised, or MaxRetriesExceededError', async () => {
    expect(stored(await python.run('retried', [2], { retries: 2 }))[1]).toBe('ZeroDivisionError')
    expect(stored(await python.run('retried_without_error', []))).toEqual([
      'celery.exceptions', 'MaxRetriesExceededError', ["Can't retry tasks.retried_without_error[id-1] args:() kwargs:{}"],
      `MaxRetriesExceededError("Can't retry tasks.retried_without_error[id-1] args:() kwargs:{}")`,
    ]) // prettier-ignore
  })

  test('autoretry_for with backoff waits 2, 4, 8 seconds', async () => {
    for (const retries of [0, 1, 2]) {
      const outcome = await python.run('retried_by_itself', [], { retries })
      expect(outcome).toMatchObject({ kind: 'retry', countdownSeconds: 2 * 2 ** retries })
    }
  })

  test('Ignore and Reject', async () => {
    expect(await python.run('ignored')).toEqual({ kind: 'ignore' })
    expect(await python.run('rejected', [true])).toEqual({
      kind: 'reject',
      requeue: true,
      reason: 'no',
      tracebackText: expect.stringContaining("celery.exceptions.Reject: ('no', True)\n") as string,
    })
    expect(await python.run('rejected', [false])).toMatchObject({ kind: 'reject', requeue: false, reason: 'no' })
  })

  test('a task that is not registered', async () => {
    expect(stored(await python.run('nowhere'))).toEqual([
      'celery.exceptions', 'NotRegistered', ['tasks.nowhere'], expect.stringContaining('never registered'),
    ]) // prettier-ignore
  })
})

describe('inside a task', () => {
  test('self.request knows the call, and a task called as a function runs here', async () => {
    expect(await python.value('request')).toEqual([
      'tasks.request', 'id-1', 'id-1', 0, false,
      { exchange: '', routing_key: 'celery', priority: 0, redelivered: false }, 'celery@test', null, 3, process.pid,
    ]) // prettier-ignore
  })

  test('what it sends goes to the engine with reprs, options and its own id as parent', async () => {
    python.sent.length = 0
    expect(await python.value('sends')).toBe('sent-3')
    const parent = { id: 'id-1', rootId: 'id-1', priority: 0 }
    expect(python.sent).toEqual([
      { name: 'tasks.add', argsJson: '[1]', kwargsJson: '{"y": 2}', argsrepr: '(1,)', kwargsrepr: "{'y': 2}", options: { ignore_result: false, serializer: 'json' }, parent },
      {
        name: 'tasks.add', argsJson: '[2, 3]', kwargsJson: '{}', argsrepr: '(2, 3)', kwargsrepr: '{}', parent,
        options: { countdown: 5, priority: 3, queue: 'mails', expires: 60, headers: { 'x-my': 'hdr' }, ignore_result: false, serializer: 'json' },
      },
      { name: 'other.task', argsJson: '[1]', kwargsJson: '{}', argsrepr: '[1]', kwargsrepr: '{}', options: {}, parent },
    ]) // prettier-ignore
  })

  test('a call that cannot be sent fails where it is made', async () => {
    expect(await python.value('sends_badly')).toEqual([
      "builtins.TypeError: add() missing 1 required positional argument: 'y'",
      'kombu.exceptions.EncodeError: Object of type set is not JSON serializable',
      expect.stringContaining('builtins.TypeError'),
    ])
  })

  test.each([
    ['bootsteps', 'celery.bootsteps is not covered by the Python side of this app'],
    ['beat', 'celery.beat is not covered by the Python side of this app'],
    ['method', 'Celery.select_queues is not covered by the Python side of this app'],
  ])('%s, which is not here, is named', async (what, words) => {
    expect(failure(await python.run('not_covered', [what])).error.repr).toContain(words)
  })
})

test('a task that is applied inside of another one is its child, under the same root', async () => {
  expect(await python.value('applies')).toEqual([['c', 'b', 'id-1'], 'b', 'id-1', 'id-1'])
})

test('endless recursion is a RecursionError like any other', async () => {
  expect(stored(await python.run('recursive'))[1]).toBe('RecursionError')
  expect(await python.value('add', [1, 2])).toBe(3)
})

test('sys.exit() in a task ends the process, as in Celery', async () => {
  const unanswered = expect(python.run('fail', ['exit'])).rejects.toThrow('the Python thread ended')
  await waitFor('the runner asks for an end of the process', () => python.exits.length === 1)
  expect(python.exits).toEqual([0])
  await python.runner.close() // what the process would do now
  await unanswered
})
