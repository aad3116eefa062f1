/** Real Celery (Debian's 5.2.6) as the client of our worker: calls, results, exceptions, remote control. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runPython, runRealClient } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

/** Logs and facts come through pipes: a moment after what they tell of. */
const patience = { timeout: 10_000 }

/** One file for both sides: the learner's code runs unchanged on real Celery. */
const tasksPy = `
import time
from celery import Celery
app = Celery('tasks')

class SoldOut(Exception):
    pass

@app.task
def add(x, y):
    return x + y

@app.task
def echo(*args, **kwargs):
    return {'args': args, 'kwargs': kwargs}

@app.task
def kind_of(value):
    return [type(value).__name__, repr(value)]

@app.task
def fail(message):
    raise ValueError(message)

@app.task
def sold_out(seat, price):
    raise SoldOut(seat, price)

@app.task(bind=True)
def info(self):
    r = self.request
    return {'id': r.id, 'retries': r.retries, 'root_id': r.root_id, 'parent_id': r.parent_id,
            'priority': r.delivery_info['priority'], 'hostname': r.hostname, 'eta': r.eta}

@app.task
def sleeper(n):
    time.sleep(n)
    return n

@app.task(ignore_result=True)
def silent():
    return 'nobody hears this'
`

describe('real Celery clients and our worker', () => {
  let redis: RedisServer
  let worker: OurWorker

  beforeAll(async () => {
    redis = await startRedisServer()
    worker = await startOurWorker({ brokerUrl: redis.url(), tasksPy, nodename: 'celery@ours' })
  })
  afterAll(async () => {
    await worker?.stop()
    await redis?.stop()
  })

  const python = (source: string): Promise<string> =>
    runRealClient({ brokerUrl: redis.url(), tasksPy }, `import json\nfrom tasks import *\n${source}`).then((out) =>
      out.trim(),
    )

  it('add.delay(2, 3).get() is 5', async () => {
    expect(await python('print(add.delay(2, 3).get(timeout=20))')).toBe('5')
  })

  it('a hundred calls come back in order of their results', async () => {
    const source =
      'results = [add.delay(n, n) for n in range(100)]\nprint(json.dumps([r.get(timeout=20) for r in results]))'
    expect(JSON.parse(await python(source))).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n))
  })

  it('keyword arguments, nesting and characters of every kind arrive', async () => {
    const source = `print(json.dumps(echo.delay('æ€😀', None, True, y={'k': [1, 2.5, 'ü']}, empty='').get(timeout=20)))`
    expect(JSON.parse(await python(source))).toEqual({
      args: ['æ€😀', null, true],
      kwargs: { y: { k: [1, 2.5, 'ü'] }, empty: '' },
    })
  })

  it('big integers, floats without a fraction, NaN and infinities keep their value and their type', async () => {
    const source = `
values = [2**70, -2**63, 2.0, 1e16, 0.1, 1, -0.0, float('nan'), float('inf'), float('-inf'), 9007199254740993]
got = [kind_of.delay(v).get(timeout=20) for v in values]
print(got == [[type(v).__name__, repr(v)] for v in values])
back = echo.delay(*values).get(timeout=20)['args']
print(repr(back) == repr(values), back[0] - 2**70)`
    expect(await python(source)).toBe('True\nTrue 0')
  })

  it('dates and bytes sent by Celery 5.2 arrive as it writes them', async () => {
    const source = `
import datetime
print(kind_of.delay(datetime.datetime(2026, 11, 22, 12, 30)).get(timeout=20))
print(echo.delay(datetime.date(2026, 11, 22)).get(timeout=20)['args'])`
    expect(await python(source)).toBe("['str', \"'2026-11-22T12:30:00'\"]\n['2026-11-22T00:00:00']")
  })

  it('a failure is raised again on the client with its type, arguments and traceback', async () => {
    const source = `
r = fail.delay('bad value')
try:
    r.get(timeout=20)
except ValueError as e:
    print(type(e).__name__, e.args)
print(r.state, r.traceback.splitlines()[0], '|', r.traceback.splitlines()[-1])`
    expect(await python(source)).toBe(
      "ValueError ('bad value',)\nFAILURE Traceback (most recent call last): | ValueError: bad value",
    )
  })

  it("an exception class of the learner's own is raised as that class", async () => {
    const source = `
try:
    sold_out.delay('A1', 12.5).get(timeout=20)
except SoldOut as e:
    print(type(e) is SoldOut, e.args)`
    expect(await python(source)).toBe("True ('A1', 12.5)")
  })

  it('wrong arguments fail as in Celery', async () => {
    const source = `
add.typing = False
try:
    add.apply_async((1, 2, 3)).get(timeout=20)
except TypeError as e:
    print(e)`
    expect(await python(source)).toContain('add() takes 2 positional arguments but 3 were given')
  })

  it('a task nobody registered fails with NotRegistered', async () => {
    const source = `
from celery.exceptions import NotRegistered
try:
    app.send_task('tasks.nowhere').get(timeout=20)
except NotRegistered as e:
    print('not registered', e)`
    expect(await python(source)).toContain('not registered')
    await expect.poll(() => worker.stderr, patience).toContain("Received unregistered task of type 'tasks.nowhere'.")
  })

  it('self.request is what the client sent', async () => {
    const source = `
r = info.apply_async(priority=6)
got = r.get(timeout=20)
print(got['id'] == r.id, got['root_id'] == r.id, got['parent_id'], got['retries'], got['priority'], got['hostname'], got['eta'])`
    expect(await python(source)).toBe('True True None 0 6 celery@ours None')
  })

  it('countdown is waited for, and what has expired is revoked', async () => {
    const source = `
import time
from celery.exceptions import TaskRevokedError
begun = time.time()
print(add.apply_async((1, 2), countdown=2).get(timeout=20), time.time() - begun >= 1.9)
try:
    add.apply_async((1, 2), expires=-1).get(timeout=20)
except TaskRevokedError as e:
    print('revoked', e.args)`
    expect(await python(source)).toBe("3 True\nrevoked ('expired',)")
  })

  it('a result nobody wants is not stored', async () => {
    const source = `
r = silent.delay()
add.delay(1, 1).get(timeout=20)
print(app.backend.get(app.backend.get_key_for_task(r.id)))`
    expect(await python(source)).toBe('None')
  })

  it('messages of protocol 1 are run', async () => {
    const source = `app.conf.task_protocol = 1\nprint(add.delay(20, 22).get(timeout=20))`
    expect(await python(source)).toBe('42')
  })

  describe('remote control', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'real-control-'))
      await writeFile(join(folder, 'tasks.py'), tasksPy)
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const celery = (...args: readonly string[]): Promise<string> =>
      runPython(['-m', 'celery', '-A', 'tasks', ...args], {
        cwd: folder,
        env: { ...process.env, CELERY_BROKER_URL: redis.url(), CELERY_RESULT_BACKEND: redis.url() },
      })

    it('celery inspect ping is answered', async () => {
      expect(await celery('inspect', 'ping')).toBe('->  celery@ours: OK\n        pong\n\n1 node online.\n')
    })

    it('celery status shows the node', async () => {
      expect(await celery('status')).toBe('->  celery@ours: OK\n\n1 node online.\n')
    })

    it('celery inspect active and registered show what runs and what is there', async () => {
      await python("sleeper.apply_async((100,), task_id='runs')")
      // Asked again: a first answer may come before a process has taken it.
      await expect
        .poll(async () => JSON.parse(await celery('inspect', 'active', '--json')) as unknown, patience)
        .toMatchObject({
          'celery@ours': [
            { id: 'runs', name: 'tasks.sleeper', args: [100], hostname: 'celery@ours', acknowledged: true },
          ],
        })
      await python("app.control.revoke('runs', terminate=True, signal='SIGKILL')")
      expect(await celery('inspect', 'registered')).toContain('    * tasks.add\n')
    })

    it('an unknown command is answered with an error', async () => {
      const source = `print(app.control.broadcast('no_such_command', reply=True, timeout=2))`
      expect(await python(source)).toBe(`[{'celery@ours': {'error': "KeyError('no_such_command')"}}]`)
    })

    it('two workers of ours and real Celery greet each other', async () => {
      const second = await startOurWorker({
        brokerUrl: redis.url(),
        tasksPy,
        nodename: 'celery@second',
        concurrency: 1,
      })
      try {
        await expect.poll(() => second.lines, patience).toContain('INFO/MainProcess] mingle: sync with 1 nodes')
        await expect.poll(() => second.lines, patience).toContain('INFO/MainProcess] mingle: sync complete')
        expect(await celery('status')).toContain('2 nodes online.')
        await celery('control', 'shutdown', '-d', 'celery@second').catch(() => '') // never replied to: exit code 69
        expect(await second.waitForExit()).toBe(0)
        await expect.poll(() => second.lines, patience).toContain('WARNING/MainProcess] Got shutdown from remote')
      } finally {
        await second.stop()
      }
    })
  })
})
