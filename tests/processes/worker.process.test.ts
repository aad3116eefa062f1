/** A worker as a process, with children that run Python: what it does with messages, signals and deaths. One file, because all tests share one module of tasks. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forkOurWorker, isAlive, startOurWorker, type OurWorker, type OurWorkerOptions } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask, storedResult } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

/** Logs and facts come through pipes: a moment after what they tell of. */
const patience = { timeout: 60_000 }

const tasksPy = `
import sys, time
from celery import Celery
from celery.signals import worker_process_shutdown
from celery.utils.log import get_task_logger
app = Celery('tasks')
logger = get_task_logger(__name__)

@worker_process_shutdown.connect
def ends(sender, exitcode, **_):
    print(f'process ends {sender} {exitcode}')

@app.task
def add(x, y):
    return x + y

@app.task
def sleeper(n):
    time.sleep(n)
    return n

@app.task(acks_late=True, reject_on_worker_lost=True)
def late(n):
    time.sleep(n)
    return n

@app.task
def forever():
    while True:
        pass

@app.task
def fail(message):
    raise ValueError(message)

@app.task
def printer(text):
    print('printed', text)
    logger.info('task style %s', text)
    return text

@app.task
def flood(megabytes):
    for n in range(megabytes):
        print('x' * (1024 * 1024 - 1))
    return megabytes

@app.task
def leave():
    sys.exit(3)

@app.task
def parent():
    child = add.delay(1, 1)
    return child.id

@app.task(bind=True, max_retries=3)
def second_try(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0, exc=ValueError('try 0'))
    return self.request.retries

@app.task
def kind_of(*values):
    return [[type(value).__name__, repr(value)] for value in values]

@app.task
def not_json():
    return {1, 2}
`

describe('a worker process', () => {
  let server: RedisServer
  let redis: Redis
  let worker: OurWorker | null = null

  beforeAll(async () => {
    server = await startRedisServer()
    redis = server.client()
  })
  beforeEach(async () => {
    await redis.flushall()
  })
  afterEach(async () => {
    await worker?.stop()
    worker = null
  })
  afterAll(async () => {
    await server.stop()
  })

  async function start(change: Partial<OurWorkerOptions> = {}): Promise<OurWorker> {
    worker = await startOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 1, mingle: false, ...change })
    return worker
  }
  /** True once so many heartbeats were heard from now on. */
  const heartbeats = (count: number): (() => boolean) => {
    let heard = 0
    const listener = server.client()
    listener.on('message', () => (heard += 1))
    void listener.subscribe('/0.celeryev/worker.heartbeat')
    return () => heard >= count
  }
  const resultOf = (id: string, timeoutSeconds = 60): Promise<Record<string, unknown>> =>
    waitFor(`the result of ${id}`, () => storedResult(redis, id), {
      timeoutSeconds,
      describe: () => worker?.stderr ?? '',
    })

  it('stores WorkerLostError for a task whose child is killed, says so as Celery, and goes on with a new child', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.sleeper', args: [60], id: 'victim' })
    const busy = await waitFor('the task runs', () => ours.factsOf('slot').find(({ taskId }) => taskId === id))
    process.kill(busy.pid, 'SIGKILL')
    const message = 'Worker exited prematurely: signal 9 (SIGKILL) Job: 0.'
    expect(await resultOf(id)).toMatchObject({
      status: 'FAILURE',
      result: { exc_type: 'WorkerLostError', exc_message: [message], exc_module: 'billiard.exceptions' },
      traceback: null,
      children: [],
    })
    await expect
      .poll(() => ours.lines, patience)
      .toContain(`ERROR/MainProcess] Process 'ForkPoolWorker-1' pid:${busy.pid} exited with 'signal 9 (SIGKILL)'`)
    await expect
      .poll(() => ours.lines, patience)
      .toContain(`ERROR/MainProcess] Task handler raised error: WorkerLostError('${message}')`)
    const next = await pushTask(redis, { task: 'tasks.add', args: [2, 3] })
    expect(await resultOf(next)).toMatchObject({ status: 'SUCCESS', result: 5 })
    await expect.poll(() => ours.stderr, patience).toMatch(/INFO\/ForkPoolWorker-2\] Task tasks\.add\[.*\] succeeded/)
    await expect
      .poll(() => ours.factsOf('pool-process-exited'), patience)
      .toMatchObject([{ pid: busy.pid, signal: 'SIGKILL', expected: false }])
  })

  it('gives a late-acked task of a killed child back to its queue, where it is run again', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.late', args: [1], id: 'again' })
    const busy = await waitFor('the task runs', () => ours.factsOf('slot').find(({ taskId }) => taskId === id))
    process.kill(busy.pid, 'SIGKILL')
    expect(await resultOf(id)).toMatchObject({ status: 'SUCCESS', result: 1 })
    await waitFor('it is acked', async () => (await redis.hlen('unacked')) === 0)
    await expect
      .poll(() => ours.lines.filter((line) => line === 'INFO/MainProcess] Task tasks.late[again] received'), patience)
      .toHaveLength(2)
  })

  it('killed whole, leaves no pool process and keeps what it had not begun in unacked', async () => {
    const ours = await start({ concurrency: 2 })
    const pids = ours.poolPids
    expect(pids).toHaveLength(2)
    for (let n = 0; n < 3; n++) await pushTask(redis, { task: 'tasks.forever' })
    await waitFor('three are received', () => ours.lines.filter((line) => line.endsWith('received')).length === 3)
    await waitFor('two run', () => ours.factsOf('slot').length === 2)
    await waitFor('two are acked', async () => (await redis.hlen('unacked')) === 1)
    ours.signal('SIGKILL')
    await waitFor('its children are gone', () => pids.every((pid) => !isAlive(pid)), { timeoutSeconds: 5 })
    expect(await redis.hlen('unacked')).toBe(1)
  })

  it('whose lab is gone exits with its children at once', async () => {
    const ours = await start()
    const pids = ours.poolPids
    await pushTask(redis, { task: 'tasks.forever' })
    await waitFor('it runs', () => ours.factsOf('slot').length === 1)
    ours.disconnect()
    await ours.waitForExit(5)
    await waitFor('its children are gone', () => pids.every((pid) => !isAlive(pid)), { timeoutSeconds: 5 })
  })

  it('stopped warm, finishes what runs, restores the rest and says goodbye', async () => {
    const ours = await start()
    const events = server.client()
    const heard: string[] = []
    await events.psubscribe('/0.celeryev/*')
    events.on('pmessage', (_pattern: string, channel: string) => heard.push(channel.slice('/0.celeryev/'.length)))
    const running = await pushTask(redis, { task: 'tasks.sleeper', args: [2], id: 'running' })
    await waitFor('it runs', () => ours.factsOf('slot').length === 1)
    const soon = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '+00:00')
    await pushTask(redis, { task: 'tasks.add', args: [1, 1], id: 'eta', headers: { eta: soon } })
    for (const id of ['waiting-0', 'waiting-1']) await pushTask(redis, { task: 'tasks.add', args: [1, 1], id })
    await waitFor('all are received', () => ours.lines.filter((line) => line.endsWith('received')).length === 4)
    ours.order({ kind: 'stop', how: 'warm' })
    expect(await ours.waitForExit()).toBe(0)
    expect(await resultOf(running)).toMatchObject({ status: 'SUCCESS', result: 2 })
    expect(await redis.hlen('unacked')).toBe(0)
    expect(await redis.llen('celery')).toBe(3)
    const restored = (await redis.lrange('celery', 0, -1)).map(
      (text) => JSON.parse(text) as { headers: { redelivered: boolean } },
    )
    expect(restored.every(({ headers }) => headers.redelivered)).toBe(true)
    await expect.poll(() => ours.stdout, patience).toContain('\nworker: Warm shutdown (MainProcess)\n')
    await expect
      .poll(() => ours.lines, patience)
      .toContain('WARNING/MainProcess] Restoring 3 unacknowledged message(s)')
    await expect.poll(() => ours.lines, patience).toContain('WARNING/ForkPoolWorker-1] process ends None 0')
    expect(heard).toContain('worker.offline')
    expect(await redis.keys('*pidbox*')).toEqual([])
  })

  it('stopped cold, ends a task that loops for ever', async () => {
    const ours = await start()
    await pushTask(redis, { task: 'tasks.forever' })
    await waitFor('it runs', () => ours.factsOf('slot').length === 1)
    ours.order({ kind: 'stop', how: 'warm' })
    await expect.poll(() => ours.stdout, patience).toContain('worker: Warm shutdown (MainProcess)')
    ours.order({ kind: 'stop', how: 'cold' })
    expect(await ours.waitForExit(5)).toBe(0)
    await expect.poll(() => ours.poolPids, patience).toEqual([])
  })

  it('takes as many messages as are running and four times as many to wait', async () => {
    const ours = await start()
    for (let n = 0; n < 8; n++) await pushTask(redis, { task: 'tasks.forever' })
    const received = (): number => ours.lines.filter((line) => line.endsWith('received')).length
    await waitFor('five are received', () => received() === 5)
    await waitFor('one is acked', async () => (await redis.hlen('unacked')) === 4)
    await waitFor('another heartbeat', heartbeats(2)) // time enough for a sixth to be taken
    expect(received()).toBe(5)
    expect(await redis.llen('celery')).toBe(3)
  })

  it('told to stop while it starts, stops', async () => {
    worker = await forkOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 1 })
    await worker.waitForLog('mingle: searching for neighbors')
    worker.order({ kind: 'stop', how: 'warm' })
    expect(await worker.waitForExit()).toBe(0)
    expect(worker.stderr).not.toContain('ready.')
    expect(worker.stderr).not.toContain('CRITICAL')
    await expect.poll(() => worker?.poolPids, patience).toEqual([])
  })

  it('gives a new child the code it started with, whatever has been saved since', async () => {
    const ours = await start()
    await writeFile(join(ours.folder, 'tasks.py'), 'def broken(:\n')
    process.kill(ours.poolPids[0]!, 'SIGKILL')
    const id = await pushTask(redis, { task: 'tasks.add', args: [2, 3] })
    expect(await resultOf(id)).toMatchObject({ status: 'SUCCESS', result: 5 })
    const [first, second] = ours.factsOf('code-loaded')
    expect(second).toMatchObject({ fingerprint: first!.fingerprint })
  })

  it('goes on after its connections were cut', async () => {
    const ours = await start()
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await ours.waitForLog('consumer: Connection to broker lost. Trying to re-establish the connection...')
    const id = await pushTask(server.client(), { task: 'tasks.add', args: [2, 3] })
    expect(await resultOf(id)).toMatchObject({ status: 'SUCCESS', result: 5 })
    await expect
      .poll(() => ours.lines.filter((line) => line.startsWith('INFO/MainProcess] Connected to redis://:**@')), patience)
      .toHaveLength(2)
  })

  it('goes on after its connections were cut while it greets its neighbours', async () => {
    worker = await forkOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 1 })
    await worker.waitForLog('mingle: searching for neighbors')
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const id = await pushTask(server.client(), { task: 'tasks.add', args: [2, 3] })
    expect(await resultOf(id)).toMatchObject({ status: 'SUCCESS', result: 5 })
    await expect
      .poll(() => (worker?.lines ?? []).filter((line) => line === 'INFO/MainProcess] celery@ours ready.'), patience)
      .toHaveLength(1)
    expect(worker.stderr).not.toContain('CRITICAL')
  })

  it('runs what a task sends and lists it as its child', async () => {
    await start()
    const id = await pushTask(redis, { task: 'tasks.parent' })
    const stored = await resultOf(id)
    const child = String(stored.result)
    expect(stored.children).toEqual([[[child, null], null]])
    expect(await resultOf(child)).toMatchObject({ status: 'SUCCESS', result: 2, parent_id: id })
  })

  it('runs a task again that asks for it, and logs why', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.second_try', id: 'again' })
    expect(await resultOf(id)).toMatchObject({ status: 'SUCCESS', result: 1 })
    await expect
      .poll(() => ours.lines, patience)
      .toContain("INFO/ForkPoolWorker-1] Task tasks.second_try[again] retry: Retry in 0s: ValueError('try 0')")
  })

  it('reads the types that Celery 5.3 and later mark', async () => {
    await start()
    const tagged = (type: string, value: unknown): object => ({ __type__: type, __value__: value })
    const args = [
      tagged('datetime', '2026-11-22T12:30:00+00:00'),
      tagged('date', '2026-11-22'),
      tagged('decimal', '1.50'),
      tagged('uuid', { hex: '12345678123456781234567812345678' }),
      tagged('bytes', 'abc'),
      tagged('base64', '/wA='),
    ]
    const stored = await resultOf(await pushTask(redis, { task: 'tasks.kind_of', args }))
    expect(stored.result).toEqual([
      ['datetime', 'datetime.datetime(2026, 11, 22, 12, 30, tzinfo=datetime.timezone.utc)'],
      ['date', 'datetime.date(2026, 11, 22)'],
      ['Decimal', "Decimal('1.50')"],
      ['UUID', "UUID('12345678-1234-5678-1234-567812345678')"],
      ['bytes', "b'abc'"],
      ['bytes', "b'\\xff\\x00'"],
    ])
  })

  it('sends events with the fields that Celery sends', async () => {
    const listener = server.client()
    const events: Record<string, unknown>[] = []
    await listener.psubscribe('/0.celeryev/*')
    listener.on('pmessage', (_pattern: string, _channel: string, text: string) => {
      const { body } = JSON.parse(text) as { body: string }
      events.push(...([JSON.parse(Buffer.from(body, 'base64').toString())].flat() as Record<string, unknown>[]))
    })
    await start()
    const expires = new Date(Date.now() - 1000).toISOString()
    const ids = [
      await pushTask(redis, { task: 'tasks.add', args: [1, 1] }),
      await pushTask(redis, { task: 'tasks.fail', args: ['bad value'] }),
      await pushTask(redis, { task: 'tasks.second_try' }),
      await pushTask(redis, { task: 'tasks.add', args: [1, 1], headers: { expires } }),
    ]
    for (const id of ids) await resultOf(id)
    const kinds = ['received', 'started', 'succeeded', 'failed', 'retried', 'revoked'].map((kind) => `task-${kind}`)
    await waitFor('every kind has come', () => kinds.every((kind) => events.some(({ type }) => type === kind)))
    const recorded = JSON.parse(
      await readFile('tests/wire/recordings/13-events-5.6.3/all/events.json', 'utf8'),
    ) as readonly {
      event: Record<string, unknown>
    }[]
    for (const { event } of recorded) {
      for (const one of [event].flat() as Record<string, unknown>[]) {
        const ours = events.find(({ type }) => type === one.type)
        if (ours) expect(Object.keys(ours), String(one.type)).toEqual(Object.keys(one))
      }
    }
    const clocks = events.map(({ clock }) => Number(clock))
    expect(clocks).toEqual([...clocks].sort((a, b) => a - b))
  })

  it('refuses code that does not load, before it takes a message', async () => {
    await pushTask(redis, { task: 'tasks.add', args: [1, 1] })
    worker = await forkOurWorker({
      brokerUrl: server.url(),
      tasksPy: 'import time\ndef broken(:\n    pass\n',
      concurrency: 1,
    })
    const refused = await worker.waitForFact('refused')
    expect(refused.problem).toMatchObject({ code: 'python-syntax-error', place: { file: 'tasks.py', line: 2 } })
    expect(await worker.waitForExit()).toBe(1)
    await expect.poll(() => worker?.stderr, patience).toContain('SyntaxError')
    expect(await redis.llen('celery')).toBe(1)
    expect(await redis.exists('unacked')).toBe(0)
  })

  it('writes prints and task log records as Celery redirects them', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.printer', args: ['hello'], id: 'p' })
    await resultOf(id)
    await ours.waitForLog('succeeded')
    const child = ours.lines.filter((line) => line.includes('/ForkPoolWorker-1]'))
    expect(child.slice(0, 4)).toEqual([
      'WARNING/ForkPoolWorker-1] printed',
      'WARNING/ForkPoolWorker-1]  ',
      'WARNING/ForkPoolWorker-1] hello',
      'INFO/ForkPoolWorker-1] tasks.printer[p]: task style hello',
    ])
    expect(child[4]).toMatch(/^INFO\/ForkPoolWorker-1\] Task tasks\.printer\[p\] succeeded in 0\.\d+s: 'hello'$/)
  })

  it('stores a failure as Celery stores it, and logs its traceback', async () => {
    const ours = await start()
    const id = await pushTask(redis, { task: 'tasks.fail', args: ['bad value'], id: 'f' })
    const stored = await resultOf(id)
    expect(stored).toMatchObject({
      status: 'FAILURE',
      result: { exc_type: 'ValueError', exc_message: ['bad value'], exc_module: 'builtins' },
    })
    expect(stored.traceback).toMatch(/^Traceback \(most recent call last\):\n[\s\S]*ValueError: bad value\n$/)
    expect(Object.keys(stored)).toEqual(['status', 'result', 'traceback', 'children', 'date_done', 'task_id'])
    await expect
      .poll(() => ours.lines, patience)
      .toContain("ERROR/ForkPoolWorker-1] Task tasks.fail[f] raised unexpected: ValueError('bad value')")
  })

  it('stores EncodeError for a result that JSON cannot carry', async () => {
    await start()
    const stored = await resultOf(await pushTask(redis, { task: 'tasks.not_json' }))
    expect(stored).toMatchObject({
      status: 'FAILURE',
      result: { exc_type: 'EncodeError', exc_module: 'kombu.exceptions' },
    })
  })

  it('loses a task that leaves by sys.exit(), as Celery', async () => {
    const ours = await start()
    const stored = await resultOf(await pushTask(redis, { task: 'tasks.leave' }))
    expect(stored).toMatchObject({ status: 'FAILURE', result: { exc_type: 'WorkerLostError' } })
    await ours.waitForLog(
      /Task handler raised error: WorkerLostError\('Worker exited prematurely: exitcode 0 Job: 0\.'\)/,
    )
    expect(ours.stderr).not.toMatch(/exited with|Traceback/)
  })

  it('raises the soft time limit in the task and ends it at the hard one', async () => {
    const ours = await start()
    const soft = await pushTask(redis, {
      task: 'tasks.sleeper',
      args: [30],
      id: 'soft',
      headers: { timelimit: [null, 1] },
    })
    expect(await resultOf(soft)).toMatchObject({ status: 'FAILURE', result: { exc_type: 'SoftTimeLimitExceeded' } })
    const hard = await pushTask(redis, { task: 'tasks.forever', id: 'hard', headers: { timelimit: [1, null] } })
    expect(await resultOf(hard)).toMatchObject({
      status: 'FAILURE',
      result: { exc_type: 'TimeLimitExceeded', exc_message: [1], exc_module: 'billiard.exceptions' },
    })
    await expect
      .poll(() => ours.lines, patience)
      .toContain('WARNING/MainProcess] Soft time limit (1s) exceeded for tasks.sleeper[soft]')
    await expect
      .poll(() => ours.lines, patience)
      .toContain('ERROR/MainProcess] Hard time limit (1s) exceeded for tasks.forever[hard]')
  })

  it('discards what has expired, and runs what waited for its eta', async () => {
    const ours = await start()
    const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString().replace('Z', '+00:00')
    const expired = await pushTask(redis, {
      task: 'tasks.add',
      args: [1, 1],
      id: 'old',
      headers: { expires: at(-1000) },
    })
    const later = await pushTask(redis, { task: 'tasks.add', args: [1, 2], id: 'later', headers: { eta: at(1500) } })
    expect(await resultOf(expired)).toMatchObject({
      status: 'REVOKED',
      result: { exc_type: 'TaskRevokedError', exc_message: ['expired'], exc_module: 'celery.exceptions' },
    })
    expect(await resultOf(later)).toMatchObject({ status: 'SUCCESS', result: 3 })
    await expect.poll(() => ours.lines, patience).toContain('INFO/MainProcess] Discarding revoked task: tasks.add[old]')
    await waitFor('both are acked', async () => (await redis.hlen('unacked')) === 0)
  })

  it('does not fill its memory with what a task prints', async () => {
    const ours = await start()
    const pid = ours.poolPids[0]!
    const before = await residentMegabytes(pid)
    const id = await pushTask(redis, { task: 'tasks.flood', args: [100] })
    let most = before
    await waitFor(
      '100 MB are printed',
      async () => {
        most = Math.max(most, await residentMegabytes(pid))
        return storedResult(redis, id)
      },
      { timeoutSeconds: 50 },
    )
    await expect.poll(() => ours.stderr.length, patience).toBeGreaterThan(100 * 1024 * 1024)
    expect(most - before).toBeLessThan(60)
  })

  it('says what is wrong with each malformed message in the words of Celery, drops it, and runs the next', async () => {
    const ours = await start()
    const recorded = await readFile('tests/wire/recordings/15-malformed-5.6.3/cases.json', 'utf8')
    const cases = JSON.parse(recorded) as readonly MalformedCase[]
    for (const [number, one] of cases.entries()) {
      const before = ours.stderr.length
      const binary = /^b'(.*)'$/.exec(one.pushed)?.[1]
      await redis.lpush('celery', binary === undefined ? one.pushed : Buffer.from([0xff, 0xfe, 0, 1]))
      const good = await pushTask(redis, { task: 'tasks.add', args: [number, 1], id: `good-${number}` })
      expect(await resultOf(good), one.case).toMatchObject({ status: 'SUCCESS', result: number + 1 })
      await ours.waitForLog(`add[${good}] succeeded`)
      const said = saidByMain(ours.stderr.slice(before)).filter((line) => !line.includes(good))
      const wanted = saidByMain(one.worker_log)
      // Where Celery's worker exits, or raises in its pool, ours says what it found in one record and goes on
      const hasWords = !wanted.some((line) => /Unrecoverable error|Pool callback raised/.test(line))
      expect(said, one.case).toEqual(hasWords ? wanted : [expect.stringMatching(/^(CRITICAL|WARNING) Received /)])
    }
    await waitFor('nothing is left unacked', async () => (await redis.hlen('unacked')) === 0)
    expect(await redis.llen('celery')).toBe(0)
    expect(ours.exited).toBe(false)
  })
})

interface MalformedCase {
  readonly case: string
  readonly pushed: string
  readonly worker_log: string
}

/** The first line of each record of the main process, up to Python's own error in it. */
function saidByMain(log: string): readonly string[] {
  return [...log.matchAll(/^\[[\d-]+ [\d:,]+: (\w+)\/MainProcess\] (.*)$/gm)].map(
    ([, level, text = '']) => `${level} ${text.replace(/(invalid (?:ETA|expires) value [^:]*):.*/, '$1')}`,
  )
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}
