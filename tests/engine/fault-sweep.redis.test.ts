/**
 * A fault sweep: the whole life of one task that acks late, from the start of its worker to its stored result, once for each
 * command to the broker, each to the result store and each message of the pool, with just that one failing.
 * Whatever fails: the task has run, its result is kept, its message is neither lost nor left, and no delivery is acked twice
 * (one ack more where the command that failed may have been one).
 */
import { afterAll, expect, test } from 'vitest'
import { inProcessLauncher } from '../../src-main/engine/app/in-process-pool.js'
import { memberOf } from '../../src-main/engine/app/pool-member.js'
import { Celery, systemClock } from '../../src-main/engine/index.js'
import { Log } from '../../src-main/engine/ports/log.js'
import type { LaunchedProcess, ProcessLauncher } from '../../src-main/engine/ports/process-launcher.js'
import { CommandProxy, type Cut } from '../support/command-proxy.js'
import { startRedisServer } from '../support/redis-server.js'
import { pushTask, storedResult } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

const server = await startRedisServer()
afterAll(() => server.stop())

/** Waits between attempts pass a hundred times faster; limits on a silent Redis are left as they are. */
const hurriedClock = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs: number, run: () => void) => systemClock.after(delayMs > 60_000 ? delayMs : delayMs / 100, run),
}

interface Fault {
  readonly port: 'broker' | 'results' | 'pool'
  readonly nth: number
  readonly how: Cut
}

/** Answers whether the life was long enough for the fault to come. */
async function live(fault: Fault, db: number): Promise<boolean> {
  const redis = server.client(db)
  await redis.flushdb()
  const at = (port: Fault['port']): number => (fault.port === port ? fault.nth : 0)
  const broker = new CommandProxy(server, at('broker'), fault.how)
  const results = new CommandProxy(server, at('results'), fault.how)
  let log = ''
  const sink = (text: string): Promise<void> => Promise.resolve(void (log += text))
  const app = new Celery(
    'tasks',
    { broker: server.url(db, await broker.start()), backend: server.url(db, await results.start()) },
    { clock: hurriedClock, log: { error: (text) => void (log += text), warning: (text) => void (log += text) } },
  )
  let runs = 0
  app.task('tasks.late', () => ++runs, { acksLate: true, rejectOnWorkerLost: true })
  const pool = new PoolFault(app, at('pool'))
  const worker = app.worker({
    concurrency: 1,
    mingle: false,
    gossip: false,
    heartbeat: false,
    loglevel: 'DEBUG',
    log: sink,
    pool: { launcher: pool.launcher, setup: null },
  })
  const what = `the ${fault.nth}th of ${fault.port} (${fault.how})`
  const describe = (): string => `${what}: ${String(broker.cutCommand ?? results.cutCommand)}\n${log}`
  try {
    const id = await pushTask(redis, { task: 'tasks.late', id: 'the-task' })
    await worker.start().catch((error: unknown) => expect.fail(`${String(error)}: ${describe()}`))
    await waitFor(
      `the life ends well with ${what}`,
      async () =>
        (await storedResult(redis, id)) !== null && (await redis.exists('unacked', 'unacked_index', 'celery')) === 0,
      { describe },
    )
    expect(await storedResult(redis, id), describe()).toMatchObject({ status: 'SUCCESS' })
    expect(runs, describe()).toBeGreaterThan(0)
    checkAcks(broker, fault, describe)
    return fault.port === 'pool' ? pool.happened : (broker.cutCommand ?? results.cutCommand) !== null
  } finally {
    await worker.stop('cold')
    await app.close()
    await broker.stop()
    await results.stop()
    redis.disconnect()
  }
}

/** A transaction that takes the message out of `unacked` and puts it into no list is an ack. */
function checkAcks(broker: CommandProxy, fault: Fault, describe: () => string): void {
  const names = broker.passed.map(([name = '', key = '']) => `${name.toLowerCase()} ${key}`)
  const deliveries = names.filter((name) => name === 'hset unacked').length
  const removals = names.filter((name) => name === 'hdel unacked').length
  const putBack = names.filter((name) => /^(rpush|lpush) celery$/.test(name)).length
  // The answer to an ack was lost: it is made once more. A transaction cut in its middle was none.
  const madeAgain = broker.cutCommand === null ? 0 : 1
  expect(removals - putBack, describe()).toBeLessThanOrEqual(deliveries + madeAgain)
  expect(deliveries, `${fault.nth}: delivered`).toBeGreaterThan(0)
}

/** The pool's port: its process dies instead of the n-th message, counted from its first job on. */
class PoolFault {
  happened = false
  readonly launcher: ProcessLauncher
  private count = 0
  private counting = false

  constructor(app: Celery, nth: number) {
    const log = new Log({ processName: 'p', level: 'ERROR', sink: () => Promise.resolve(), clock: hurriedClock })
    const real = inProcessLauncher(() => memberOf(app, 'celery@host', log))
    this.launcher = { launch: (label) => this.wrapped(real.launch(label), nth) }
  }

  private wrapped(process: LaunchedProcess, nth: number): LaunchedProcess {
    const falls = (message: unknown): boolean => {
      this.counting ||= (message as { readonly kind: string }).kind === 'job'
      if (!this.counting || ++this.count !== nth) return false
      this.happened = true
      process.kill('SIGKILL')
      return true
    }
    return {
      pid: process.pid,
      send: (message) => void (falls(message) || process.send(message)),
      onMessage: (listener) => process.onMessage((message) => void (falls(message) || listener(message))),
      onExit: (listener) => process.onExit(listener),
      kill: (signal) => process.kill(signal),
    }
  }
}

/** Several lives at a time, each in a database of its own, until one is over before its fault comes. */
async function sweep(port: Fault['port'], how: Cut): Promise<number> {
  const lanes = 6
  for (let first = 1; ; first += lanes) {
    const lives = await Promise.allSettled(
      Array.from({ length: lanes }, (_, lane) => live({ port, nth: first + lane, how }, lane + 1)),
    )
    const came = lives.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    const missing = came.indexOf(false)
    if (missing >= 0) return first + missing - 1
  }
}

test('whichever command to the broker is cut off before Redis has it, nothing is lost', async () => {
  expect(await sweep('broker', 'before')).toBeGreaterThan(20)
}, 120_000)

test('whichever answer of the broker never comes, nothing is lost', async () => {
  expect(await sweep('broker', 'after')).toBeGreaterThan(20)
}, 120_000)

test('whichever command to the result store, or answer of it, is cut off, the result is kept', async () => {
  expect(await sweep('results', 'before')).toBeGreaterThan(5)
  expect(await sweep('results', 'after')).toBeGreaterThan(5)
}, 120_000)

test('whichever message of the pool its process dies of, the task runs', async () => {
  expect(await sweep('pool', 'before')).toBeGreaterThanOrEqual(3)
}, 120_000)
