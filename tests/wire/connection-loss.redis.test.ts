/**
 * 17-connection-loss: a worker whose connections are cut, or whose Redis is not there yet, logs what Celery's log says, in its
 * order, and receives the same messages again. Tasks are held open by the test where the recording let them sleep.
 */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { Celery, systemClock, type CeleryOptions } from '../../src-main/engine/index.js'
import type { AppWorker } from '../../src-main/engine/app/app-worker.js'
import { RedisServer, freePort, startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { readText } from './recording.js'

const tree = '17-connection-loss-5.6.3'
const server = await startRedisServer()
const redis = server.client()
let apps: Celery[] = []
let workers: AppWorker[] = []
let log = ''
/** An hour passes when the test says so. */
let passHour = (): void => {}

beforeEach(async () => {
  log = ''
  await redis.flushall()
})
afterEach(async () => {
  for (const worker of workers) await worker.stop('cold')
  for (const app of apps) await app.close()
  workers = []
  apps = []
})
afterAll(() => server.stop())

/** Each log record without its time and process, tracebacks and warnings of Python's own left out. */
function records(text: string): readonly string[] {
  return text
    .split(/^(?=\[\d{4}-)/m)
    .map((record) => record.replace(/^\[[\d-]+ [\d:,]+: (\w+)\/[\w-]+\] /, '$1 '))
    .filter((record) => /^(INFO|WARNING|ERROR|CRITICAL) /.test(record) && !record.includes('DeprecationWarning'))
    .map((record) =>
      record
        .replace(/\nTraceback[\s\S]*$|\n\w*Error: [\s\S]*$/, '')
        .replace(/\n+worker: Warm shutdown[\s\S]*$/, '')
        .replace(/succeeded in [\d.e-]+s/, 'succeeded in Ns')
        .replace(/redis:\/\/[^\s]*\/0/g, 'redis://broker/0')
        .replace(/127\.0\.0\.1:\d+/g, 'host')
        .replace(/celery@[\w.-]+ ready/, 'celery@host ready')
        .trim(),
    )
}

/** How often Redis was asked in vain depends on the machine: the first time is compared. */
const isLaterAttempt = (record: string): boolean => /\((?!1\/)\d+\/100\)/.test(record)

function appFor(url: string, options: CeleryOptions = {}): Celery {
  let hours = 0
  const later: (() => void)[] = []
  passHour = () => {
    hours += 1
    for (const run of later.splice(0)) run()
  }
  const clock = {
    nowMs: () => systemClock.nowMs() + hours * 3_600_000,
    after(delayMs: number, run: () => void): () => void {
      if (delayMs < 1_000_000) return systemClock.after(delayMs, run)
      later.push(run)
      return () => void (later.includes(run) && later.splice(later.indexOf(run), 1))
    },
  }
  const app = new Celery('tasks', { broker: url, backend: url, ...options }, { clock })
  apps.push(app)
  return app
}

function workerOf(app: Celery): AppWorker {
  const sink = (text: string): Promise<void> => Promise.resolve(void (log += text))
  const worker = app.worker({ hostname: 'celery@host', concurrency: 2, loglevel: 'INFO', log: sink })
  workers.push(worker)
  return worker
}

test('client-kill: the log of a worker whose connections are cut, and what it receives again', async () => {
  const app = appFor(server.url())
  const gates = new Map<string, (() => void)[]>()
  const held = async (self: { readonly request: { readonly id: string } }, value: number): Promise<number> => {
    await new Promise<void>((resolve) => gates.set(self.request.id, [...(gates.get(self.request.id) ?? []), resolve]))
    return value
  }
  app.task('tasks.sleeper', held, { bind: true })
  app.task('tasks.sleeper_late', held, { bind: true, acksLate: true })
  app.task('tasks.add', (x: number, y: number) => x + y)
  const open = async (id: string, which = 0): Promise<void> => {
    await waitFor(`${id} runs`, () => gates.get(id)?.[which], { describe: () => log })
    gates.get(id)?.[which]?.()
  }
  const logged = (text: string, times = 1): Promise<unknown> =>
    waitFor(`the log says ${times} times: ${text}`, () => log.split(text).length > times, { describe: () => log })

  await workerOf(app).start()
  await app.sendTask('tasks.sleeper_late', [6], {}, { task_id: 'running-late' })
  await app.sendTask('tasks.sleeper', [6], {}, { task_id: 'running' })
  await waitFor('both run', () => gates.has('running-late') && gates.has('running'))
  for (const id of ['q0', 'q1', 'q2']) await app.sendTask('tasks.sleeper', [0.1], {}, { task_id: id })
  await app.sendTask('tasks.add', [1, 1], {}, { task_id: 'eta', countdown: 3600 })
  await logged('tasks.add[eta] received')

  await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await redis.client('KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes')
  await logged('tasks.sleeper_late[running-late] received', 2)
  await open('running-late')
  await logged('running-late] succeeded')
  await open('running')
  await logged('[running] succeeded')
  for (const id of ['q2', 'q1', 'q0']) {
    await open(id)
    await logged(`${id}] succeeded`)
  }
  passHour()
  await logged('tasks.add[eta] succeeded')
  await open('running-late', 1)
  await logged('running-late] succeeded', 2)

  const recorded = records(readText(`${tree}/client-kill/worker.log.txt`))
  const restoring = 'WARNING Restoring 5 unacknowledged message(s)'
  // Celery restores over what is left of the old link, and fails when Redis is away; ours over the new one
  const [mine, theirs] = [records(log), recorded].map((all) => all.filter((record) => record !== restoring))
  expect(mine).toEqual(theirs)
  expect([records(log), recorded].map((all) => all.filter((record) => record === restoring))).toEqual([
    [restoring],
    [restoring],
  ])
})

test('refused-at-start: attempts 2, 4, 6 … seconds apart, and none with broker_connection_retry_on_startup off', async () => {
  const away = new RedisServer(await freePort(), 'secret')
  const once = workerOf(appFor(away.url(), { broker_connection_retry_on_startup: false }))
  await expect(once.start()).rejects.toThrow('stopped before it was ready')
  expect(await once.stopped).toBe(1)
  const disabled = records(readText(`${tree}/refused-at-start/worker2.log.txt`))
  expect(records(log)).toEqual(
    disabled.map((record) => record.replace(/=False\)\.[\s\S]*$/, '=False). Shutting down...')),
  )

  log = ''
  const patient = workerOf(appFor(away.url()))
  const started = patient.start()
  await waitFor('the first attempt has failed', () => log.includes('(1/100)'), { describe: () => log })
  await away.start()
  try {
    await started
    const recorded = records(readText(`${tree}/refused-at-start/worker.log.txt`)).filter(
      (record) => !isLaterAttempt(record) && !record.includes('Task '),
    )
    expect(records(log).filter((record) => !isLaterAttempt(record))).toEqual(recorded)
    await patient.stop()
  } finally {
    await away.stop()
  }
})

test('kill-restart: a Redis that comes back empty is connected to again, and what ran is told of', async () => {
  const own = await startRedisServer()
  const app = appFor(own.url())
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  app.task('tasks.sleeper', () => gate.then(() => 7))
  app.task('tasks.add', (x: number, y: number) => x + y)
  try {
    await workerOf(app).start()
    await app.sendTask('tasks.sleeper', [], {}, { task_id: 'running' })
    await waitFor('it runs', () => log.includes('tasks.sleeper[running] received'))
    await own.stop()
    await waitFor('the first attempt has failed', () => log.includes('(1/100)'), { describe: () => log })
    await own.start()
    await waitFor('it greets again', () => log.split('mingle: all alone').length === 3, { describe: () => log })
    release()
    await waitFor('the result is kept', () => log.includes('tasks.sleeper[running] succeeded'), { describe: () => log })
    await app.sendTask('tasks.add', [5, 5], {}, { task_id: 'after' })
    await waitFor('the next task has run', () => log.includes('tasks.add[after] succeeded'), { describe: () => log })
    const recorded = records(readText(`${tree}/kill-restart-4s/worker.log.txt`)).filter(
      (record) => !/\[q\d\]|\[eta\]|Restoring/.test(record), // no eta task here: nothing is restored
    )
    const [mine, theirs] = [records(log), recorded].map((all) =>
      all.filter((record) => !isLaterAttempt(record) && !record.includes('[running]')),
    )
    expect(mine).toEqual(theirs)
  } finally {
    release()
    for (const worker of workers.splice(0)) await worker.stop('cold')
    for (const one of apps.splice(0)) await one.close()
    await own.stop()
  }
})
