/** The Python in a pool process as a process: its log, its clock, its limits, its walls. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TaskLogRecord } from '../../src-main/engine/trace/task-runner.js'
import { PythonForTests, head } from './python-for-tests.js'

const tasks = `${head}
import logging, random, signal, uuid
from celery.exceptions import SoftTimeLimitExceeded
from celery.utils.log import get_task_logger
logger = get_task_logger(__name__)

@app.task
def printer(word):
    print('printed', word)
    print()
    sys.stderr.write('to stderr\\n')
    logging.getLogger('root style').warning('root style %s', word)
    logger.info('task style %s', word)
    logger.debug('not at INFO')
    try: 1 / 0
    except ZeroDivisionError: logger.exception('it broke')
    return word

@app.task
def flood(lines):
    for _ in range(lines): print('x' * 999)
    return lines

@app.task
def one_long_line(length): print('é' * length)

@app.task
def nap(seconds):
    begun = time.monotonic(), time.time()
    time.sleep(seconds)
    return [time.monotonic() - begun[0], time.time() - begun[1]]

@app.task
def spin():
    while True: pass

@app.task
def cleans_up():
    try: time.sleep(60)
    except SoftTimeLimitExceeded: return 'cleaned up'

@app.task
def identity(): return [os.getpid(), random.random(), str(uuid.uuid4()), os.environ['MAIL_HOST'], os.environ['CELERY_BROKER_URL'], app.conf.broker_url]

@app.task
def attempt(code):
    try: return eval(code)
    except BaseException as exc: return type(exc).__name__ + ': ' + str(exc)

@app.task
def attempt_exec(code):
    scope = {}
    try: exec(code, scope)
    except BaseException as exc: return type(exc).__name__ + ': ' + str(exc)
    return repr(scope.get('found'))

@app.task
def objects_of_javascript():
    import gc
    found = []
    for thing in gc.get_objects():
        name = type(thing).__module__ + '.' + type(thing).__name__
        if 'JsProxy' in name or 'JsCallable' in name: found.append(name)
    return found
`

let python: PythonForTests
beforeAll(async () => {
  python = new PythonForTests({ 'tasks.py': tasks }, { environ: { MAIL_HOST: '127.0.0.1' } })
  expect(await python.load()).toMatchObject({ kind: 'loaded' })
})
afterAll(() => python.close())

describe('the log', () => {
  test('print, stderr and logging become records as Celery redirects them', async () => {
    python.logs.length = 0
    await python.run('printer', ['hello'])
    const redirected = (message: string): TaskLogRecord => ({
      level: 'WARNING',
      loggerName: 'celery.redirected',
      message,
    })
    const task = { name: 'tasks.printer', id: 'id-1' }
    expect(python.logs).toEqual([
      redirected('printed'),
      redirected(' '),
      redirected('hello'),
      redirected('to stderr'),
      { level: 'WARNING', loggerName: 'root style', message: 'root style hello' },
      { level: 'INFO', loggerName: 'tasks', message: 'task style hello', task },
      { level: 'ERROR', loggerName: 'tasks', task, message: expect.stringMatching(/^it broke\nTraceback [^]*\nZeroDivisionError: division by zero$/) },
    ]) // prettier-ignore
  })

  test('a task that prints faster than the log is read waits, and no line is lost', async () => {
    let unread = 0
    let most = 0
    let lines = 0
    const slow = new PythonForTests(
      { 'tasks.py': tasks },
      {
        environ: { MAIL_HOST: '127.0.0.1' },
        onLog: async (record) => {
          unread += record.message.length
          most = Math.max(most, unread)
          if (++lines % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
          unread -= record.message.length
        },
      },
    )
    try {
      await slow.load()
      const before = process.memoryUsage().rss
      expect(await slow.value('flood', [10_000])).toBe(10_000)
      expect(lines).toBe(10_000)
      expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024)
    } finally {
      await slow.close()
    }
  })
})

test('one print of 20 million characters crosses in pieces', async () => {
  python.logs.length = 0
  expect(await python.run('one_long_line', [20_000_000])).toMatchObject({ kind: 'success' })
  expect(python.logs.reduce((length, record) => length + record.message.length, 0)).toBe(20_000_000)
  expect(Math.max(...python.logs.map((record) => record.message.length))).toBe(256 * 1024)
  python.logs.length = 0
})

describe('time', () => {
  test('sleep and the clock agree with ours', async () => {
    const begun = performance.now()
    const [monotonic, wall] = (await python.value('nap', [0.3])) as [number, number]
    const taken = (performance.now() - begun) / 1000
    for (const seconds of [monotonic, wall]) {
      expect(seconds).toBeGreaterThanOrEqual(0.299)
      expect(seconds).toBeLessThanOrEqual(taken + 0.002)
    }
  })

  test.each([
    ['a sleep', 'nap', [60]],
    ['a busy loop', 'spin', []],
  ])('the soft time limit ends %s', async (_what, name, args) => {
    const running = python.run(name, args)
    setTimeout(() => python.runner.softTimeLimit(), 100)
    expect(await running).toMatchObject({
      kind: 'failure',
      error: {
        excType: 'SoftTimeLimitExceeded',
        excModule: 'billiard.exceptions',
        excMessageJson: '[]',
        repr: 'SoftTimeLimitExceeded()',
        tracebackText: expect.stringMatching(
          /billiard\.exceptions\.SoftTimeLimitExceeded: SoftTimeLimitExceeded\(\)\n$/,
        ),
      },
    })
  })

  test.each([
    ['spin', 'SoftTimeLimitExceeded()'],
    ['nap', 'SoftTimeLimitExceeded()'],
  ])('a limit that is over before the body has begun ends it all the same: %s', async (name, repr) => {
    for (let round = 0; round < 20; round++) {
      const running = python.run(name, name === 'nap' ? [60] : [])
      python.runner.softTimeLimit()
      expect(await running).toMatchObject({ kind: 'failure', error: { repr } })
    }
  })

  test('a task may catch it and clean up', async () => {
    const running = python.value('cleans_up')
    setTimeout(() => python.runner.softTimeLimit(), 100)
    expect(await running).toBe('cleaned up')
  })

  test('a limit that comes after the task has ended interrupts nobody', async () => {
    python.runner.softTimeLimit()
    expect(await python.value('nap', [0.05])).toHaveLength(2)
  })
})

test('each process is itself: its pid, its environment, its own random numbers', async () => {
  const other = new PythonForTests({ 'tasks.py': tasks }, { environ: { MAIL_HOST: '127.0.0.1' } })
  try {
    await other.load()
    const [pid, random, uuid, ...environ] = (await python.value('identity')) as unknown[]
    const [, random2, uuid2] = (await other.value('identity')) as unknown[]
    expect(pid).toBe(process.pid)
    expect(environ).toEqual(['127.0.0.1', 'redis://127.0.0.1:1/0', 'redis://127.0.0.1:1/0'])
    expect(random).not.toBe(random2)
    expect(uuid).not.toBe(uuid2)
  } finally {
    await other.close()
  }
})

describe('the ways out are closed', () => {
  test.each([
    ['import js', 'js'],
    ['import js; found = js.process', 'js'],
    ['from js import eval', 'js'],
    ['import pyodide_js', 'pyodide_js'],
    ['from pyodide.code import run_js; found = run_js("process")', 'pyodide'],
    ['import pyodide.ffi', 'pyodide'],
    ['import _pyodide_core', '_pyodide_core'],
    ['import micropip', 'micropip'],
    ['import importlib; importlib.import_module("pyodide_js._module")', 'pyodide_js'],
  ])('%s', async (code, name) => {
    expect(await python.value('attempt_exec', [code])).toMatch(
      new RegExp(`^ImportError: ${name}[\\w.]* is not available: tasks run in a Python without a way out into the app`),
    )
  })

  test('files of the machine are not there', async () => {
    expect(await python.value('attempt', ["open('/etc/passwd').read()"])).toMatch(/^FileNotFoundError/)
    expect(await python.value('attempt', ["os.listdir('/')"])).toEqual(
      expect.not.arrayContaining(['etc', 'usr', 'root', 'var', 'work']),
    )
    expect(await python.value('attempt', ["os.listdir('/workspace')"])).toEqual(['tasks.py'])
    expect(await python.value('attempt', ['[v for v in os.environ.values() if v.endswith(".cjs")]'])).toEqual([])
    expect(await python.value('attempt', ["os.listdir('/home') + os.listdir('/tmp')"])).not.toContain('root')
  })

  test('what the bridge is made of leads nowhere', async () => {
    const bridge = "__import__('lab_host.bridge').bridge"
    for (const path of [
      '_ask.constructor',
      '_ask.constructor.constructor',
      '_take_bytes.__proto__',
      '_tell.call',
      '_pause.caller',
    ]) {
      expect(await python.value('attempt', [`str(${bridge}.${path})`])).toMatch(/^AttributeError/)
    }
    const bytes = `${bridge}._take_bytes()`
    expect(await python.value('attempt', [`${bytes}.constructor.constructor('return process')()`])).toMatch(/EvalError/)
    expect(await python.value('attempt', [`${bytes}.constructor.constructor('return this')()`])).toMatch(/EvalError/)
  })

  test('the sockets and file systems of the platform below are closed', async () => {
    const native = [
      "from importlib import machinery, util; spec = machinery.BuiltinImporter.find_spec('_socket')",
      'module = util.module_from_spec(spec); spec.loader.exec_module(module); found = module.socket(2, 1)',
    ].join('\n')
    expect(await python.value('attempt_exec', [native])).toMatch(/^PermissionError: \[Errno 63\]/)
    expect(await python.value('attempt', ["__import__('subprocess').run(['ls'])"])).toMatch(
      /^OSError|^BlockingIOError|^PermissionError/,
    )
    expect(await python.value('attempt', ["os.system('exit 0')"])).toMatch(/^PermissionError: .*not available to tasks/)
    // The C function below it answers as a shell that may not run the command (126), and runs nothing.
    expect(await python.value('attempt', ["__import__('posix').system('exit 0') >> 8"])).toBe(126)
    expect(await python.value('attempt', ['input()'])).toMatch(/^EOFError/)
  })

  test('a busy thread answers after all that', async () => {
    expect(await python.value('attempt', ['1 + 1'])).toBe(2)
  })
})
