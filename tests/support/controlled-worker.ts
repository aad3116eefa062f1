/**
 * A worker as remote control sees it, for tests without a broker: its state, task types, limits, events, queues and
 * autoscaler are the real ones; the pool only counts, and what would go to Redis is kept.
 */
import type { ControlledWorker } from '../../src-main/engine/control/controlled.js'
import { EventDispatcher } from '../../src-main/engine/events/dispatcher.js'
import { LamportClock } from '../../src-main/engine/events/lamport-clock.js'
import { readPlainBody } from '../../src-main/engine/message/plain-envelope.js'
import { plainQueueConf, Queues, type QueueConf } from '../../src-main/engine/message/queues.js'
import { Log } from '../../src-main/engine/ports/log.js'
import type { ResultMeta } from '../../src-main/engine/result-backend/result-meta.js'
import type { WireValue } from '../../src-main/engine/serialization/wire-value.js'
import type { Channel } from '../../src-main/engine/transport/channel.js'
import type { ResultBackend } from '../../src-main/engine/result-backend/result-meta.js'
import { Autoscaler } from '../../src-main/engine/worker/autoscale.js'
import { ConsumedQueues } from '../../src-main/engine/worker/consumed-queues.js'
import { controlledWorker } from '../../src-main/engine/worker/controlled-worker.js'
import { MemorySamples } from '../../src-main/engine/worker/memory-samples.js'
import { RateLimits } from '../../src-main/engine/worker/rate-limits.js'
import { TaskTypes } from '../../src-main/engine/worker/task-types.js'
import type { WorkerOptions } from '../../src-main/engine/worker/worker-parts.js'
import { WorkerState } from '../../src-main/engine/worker/worker-state.js'
import { HeldClock } from './held-clock.js'

export interface ControlledForTest {
  readonly nodename?: string
  readonly tasks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly conf?: Readonly<Record<string, unknown>>
  readonly taskEvents?: boolean
  readonly concurrency?: number
  readonly autoscale?: { readonly max: number; readonly min: number }
  readonly queues?: Partial<QueueConf>
}

export interface ControlledWorkerForTest {
  readonly worker: ControlledWorker
  readonly state: WorkerState
  readonly lamport: LamportClock
  readonly clock: HeldClock
  readonly log: Log
  readonly pool: { size: number; restarts: number }
  readonly done: string[]
  readonly stored: ResultMeta[]
  readonly events: WireValue[]
  logText(): string
}

export function controlledWorkerForTest(given: ControlledForTest = {}): ControlledWorkerForTest {
  const clock = new HeldClock(1_000_000)
  const lamport = new LamportClock()
  let text = ''
  const log = new Log({
    processName: 'MainProcess',
    level: 'INFO',
    sink: (line) => Promise.resolve(void (text += line)),
    clock,
  })
  const options: WorkerOptions = {
    nodename: given.nodename ?? 'celery@host',
    concurrency: given.concurrency ?? 2,
    queues: null,
    taskEvents: given.taskEvents ?? false,
    prefetchMultiplier: null,
    maxTasksPerChild: null,
    timeLimitSeconds: null,
    softTimeLimitSeconds: null,
    mingle: true,
    gossip: true,
    heartbeat: true,
    autoscale: given.autoscale ?? null,
  }
  const tasks = Object.entries(given.tasks ?? { 'tasks.add': { max_retries: 3 } })
  const code = {
    tasks: tasks.map(([name, taskOptions]) => ({ name, options: taskOptions })),
    appName: 'tasks',
    conf: given.conf ?? {},
    fingerprint: '0'.repeat(64),
  }
  const done: string[] = []
  const stored: ResultMeta[] = []
  const sent: WireValue[] = []
  const state = new WorkerState(clock)
  const queues = new Queues({ ...plainQueueConf, ...given.queues })
  const taskTypes = new TaskTypes(code, options)
  const pool = poolForTest(options.autoscale?.min ?? options.concurrency)
  const consumer = {
    addQueue: (queue: string) => Promise.resolve(void done.push(`consume ${queue}`)),
    cancelQueue: (queue: string) => Promise.resolve(void done.push(`cancel ${queue}`)),
  }
  const channel = {
    broadcast: (_exchange: string, _key: string, envelope: Parameters<Channel['broadcast']>[2]) =>
      Promise.resolve(void sent.push(readPlainBody(envelope))),
  }
  const events = new EventDispatcher(
    {
      channel,
      exchange: 'celeryev',
      nodename: options.nodename,
      pid: 7,
      clock,
      lamport,
      ids: { uuid: () => 'uuid' },
      log,
    },
    options.taskEvents === true,
  )
  const autoscaler = options.autoscale
    ? new Autoscaler(options.autoscale, { pool, reserved: () => 0, onMaxChanged: () => {}, clock, log })
    : null
  const worker = controlledWorker({
    options,
    appModule: 'tasks',
    code,
    broker: {
      channel: channel as unknown as Channel, // control asks nothing else of it
      backend: { store: (meta: ResultMeta) => Promise.resolve(void stored.push(meta)) } as unknown as ResultBackend,
      transportUrl: 'redis://127.0.0.1:6379/0',
      resultsUrl: 'redis://127.0.0.1:6379/0',
      acceptContent: new Set(['application/json']),
      queues,
      callTask: () => Promise.resolve(),
    },
    pid: 7,
    log,
    nowMs: () => clock.nowMs(),
    startedAtMs: clock.nowMs() - 11_000,
    lamport,
    state,
    taskTypes,
    rateLimits: new RateLimits(taskTypes.names, (name) => taskTypes.rateOf(name), clock),
    events,
    gossip: { election: (id) => void done.push(`election ${String(id)}`) },
    pool,
    autoscaler,
    tasks: {
      prefetchCount: 8,
      changePrefetch: (by: number) => void by,
      poolChanged: (by) => void done.push(`prefetch ${by}`),
    },
    queues: new ConsumedQueues({
      queues: queues.consumed(options.queues, []),
      known: queues,
      consumer: () => consumer,
      log,
    }),
    memory: new MemorySamples(),
    shutDown: () => void done.push('shutdown'),
  })
  return { worker, state, lamport, clock, log, pool, done, stored, events: sent, logText: () => text }
}

function poolForTest(size: number) {
  const pool = {
    size,
    restarts: 0,
    get processes() {
      return Array.from({ length: pool.size }, (_, n) => ({ pid: n + 1, label: `p${n}`, taskId: null }))
    },
    writes: Array.from({ length: size - 1 }, (_, n) => n + 1),
    grow: (by: number) => void (pool.size += by),
    shrink: (by: number) => void (pool.size -= by),
    restart: () => void (pool.restarts += 1),
  }
  return pool
}
