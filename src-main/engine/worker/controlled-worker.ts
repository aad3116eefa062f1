/** A worker as its control commands see it. Celery: celery/worker/control.py (state), celery/worker/consumer/control.py */
import type { ControlledRequest, ControlledWorker } from '../control/controlled.js'
import { valueError } from '../control/python-errors.js'
import { bugReport, shownSettings } from '../control/shown-settings.js'
import type { EventDispatcher } from '../events/dispatcher.js'
import { sendAskedHeartbeat } from '../events/heartbeat.js'
import type { LamportClock } from '../events/lamport-clock.js'
import { isoformat } from '../message/python-time.js'
import type { LoadedCode } from '../pool/pool-messages.js'
import type { Prefork } from '../pool/prefork.js'
import { recyclingLimits } from '../pool/recycling.js'
import { inBackground } from '../ports/in-background.js'
import type { Log } from '../ports/log.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { Autoscaler } from './autoscale.js'
import type { ConsumedQueues } from './consumed-queues.js'
import type { GossipStep } from './consumer/gossip-step.js'
import type { TasksStep } from './consumer/tasks-step.js'
import type { RateLimits } from './rate-limits.js'
import { revokedDocument } from './request/exception-document.js'
import type { TaskTypes } from './task-types.js'
import type { Broker, WorkerOptions } from './worker-parts.js'
import type { TrackedRequest, WorkerState } from './worker-state.js'
import { workerStats } from './worker-stats.js'
import type { MemorySamples } from './memory-samples.js'

export interface ControlledWorkerParts {
  readonly options: WorkerOptions
  readonly appModule: string
  readonly code: LoadedCode
  readonly broker: Broker
  readonly pid: number
  readonly log: Log
  readonly nowMs: () => number
  readonly startedAtMs: number
  readonly lamport: LamportClock
  readonly state: WorkerState
  readonly taskTypes: TaskTypes
  readonly rateLimits: RateLimits | null
  readonly events: EventDispatcher
  readonly gossip: Pick<GossipStep, 'election'> | null
  readonly pool: Pick<Prefork<unknown>, 'size' | 'processes' | 'writes' | 'grow' | 'shrink' | 'restart'>
  readonly autoscaler: Autoscaler | null
  readonly tasks: Pick<TasksStep, 'prefetchCount' | 'poolChanged' | 'changePrefetch'>
  readonly queues: ConsumedQueues
  readonly memory: MemorySamples
  readonly shutDown: () => void
}

export function controlledWorker(parts: ControlledWorkerParts): ControlledWorker {
  const { options, log, lamport, taskTypes, rateLimits, events, gossip } = parts
  return {
    nodename: options.nodename,
    log,
    get clock() {
      return lamport.value
    },
    forwardClock: () => lamport.forward(),
    requests: requestsOf(parts.state, parts.code.conf['timezone']),
    revocations: revocationsOf(parts),
    tasks: {
      names: taskTypes.names,
      has: (name) => taskTypes.has(name),
      attribute: (name, attribute) => taskTypes.attribute(name, attribute),
      setRateLimit: (name, limit) => {
        taskTypes.setRateLimit(name, limit)
        rateLimits?.reset()
      },
      setTimeLimits: (name, limits) => taskTypes.setTimeLimits(name, limits),
    },
    events: {
      enableTaskEvents: () => events.enableTaskEvents(),
      disableTaskEvents: () => events.disableTaskEvents(),
      heartbeat: () => sendAskedHeartbeat(events),
      election: gossip === null ? null : (id, topic, action) => gossip.election(id, topic, action),
    },
    pool: poolOf(parts),
    queues: queuesOf(parts.queues),
    facts: factsOf(parts),
    shutDown: parts.shutDown,
  }
}

function requestsOf(state: WorkerState, timezone: unknown): ControlledWorker['requests'] {
  const zone = typeof timezone === 'string' ? timezone : null
  return {
    get active() {
      return [...state.active].map(controlled)
    },
    get reserved() {
      return [...state.reserved].filter((request) => !state.active.has(request)).map(controlled)
    },
    get scheduled() {
      return [...state.scheduled].map(([request, atMs]) => ({
        eta: isoformat(atMs, zone),
        priority: 6, // As Celery: the priority of its timer entry, not of the message
        request: request.info,
      }))
    },
    find: (taskId) => {
      const request = [...state.reserved].find(({ task }) => task.taskId === taskId)
      return request ? { ...controlled(request), state: state.active.has(request) ? 'active' : 'reserved' } : null
    },
  }
}

function controlled(request: TrackedRequest): ControlledRequest {
  const { task, stamps, info, safeInfo } = request
  return { taskId: task.taskId, stamps, info, safeInfo, terminate: (signal) => request.terminate(signal) }
}

function revocationsOf({ state, broker, nowMs, log }: ControlledWorkerParts): ControlledWorker['revocations'] {
  return {
    get ids() {
      return state.revoked.ids
    },
    revoke: (taskIds) => {
      for (const id of taskIds) {
        state.revoked.add(id)
        // As Celery 5.6: whoever waits for it is told at once, also of an id that nobody has sent.
        inBackground(`storing that ${id} is revoked`, broker.backend.store(revokedDocument(id, nowMs())), log)
      }
    },
    revokeStamps: (header, values) => state.revoked.addStamps(header, values),
    merge: (revoked) => state.revoked.merge(revoked),
    flag: (taskId) => state.revoked.add(taskId),
  }
}

function poolOf({ pool, autoscaler, tasks, code }: ControlledWorkerParts): ControlledWorker['pool'] {
  return {
    autoscales: autoscaler !== null,
    get prefetchCount() {
      return tasks.prefetchCount
    },
    changePrefetch: (by) => tasks.changePrefetch(by),
    grow: (by) => {
      pool.grow(by)
      tasks.poolChanged(by)
    },
    shrink: (by) => {
      pool.shrink(by)
      tasks.poolChanged(-by)
    },
    restart: () => {
      if (code.conf['worker_pool_restarts'] !== true) throw valueError('Pool restarts not enabled')
      pool.restart()
    },
    autoscale: (max, min) => {
      if (!autoscaler) throw valueError('Autoscale not enabled')
      return autoscaler.update(max, min)
    },
  }
}

function queuesOf(queues: ConsumedQueues): ControlledWorker['queues'] {
  return {
    get active() {
      return queues.active
    },
    add: (asked) => queues.add(asked),
    cancel: (name) => queues.cancel(name),
  }
}

function factsOf(parts: ControlledWorkerParts): ControlledWorker['facts'] {
  const { code, broker, options, state, pool, appModule, memory } = parts
  const { conf } = code
  const settings = {
    conf,
    brokerUrl: broker.transportUrl,
    resultBackend: broker.resultsUrl === 'disabled://' ? null : broker.resultsUrl,
    appModule,
  }
  return {
    totals: () => Object.fromEntries(state.totals),
    stats: () =>
      workerStats({
        totals: state.totals,
        pid: parts.pid,
        clock: parts.lamport.value,
        uptimeSeconds: (parts.nowMs() - parts.startedAtMs) / 1000,
        pool: {
          size: options.autoscale?.min ?? options.concurrency, // As Celery: what it began with, also when it has grown
          processes: pool.processes,
          writes: pool.writes,
          kind: options.pool ?? 'prefork',
          maxTasksPerChild: recyclingLimits(options, conf).tasks,
          timeouts: [options.softTimeLimitSeconds, options.timeLimitSeconds],
        },
        brokerUrl: broker.transportUrl,
        transportOptions: (conf['broker_transport_options'] ?? {}) as WireValue, // came as JSON
        connectTimeoutSeconds: (conf['broker_connection_timeout'] ?? 4) as WireValue,
        prefetchCount: parts.tasks.prefetchCount,
        autoscaler: parts.autoscaler?.info ?? null,
      }),
    conf: (withDefaults) => shownSettings(settings, withDefaults),
    report: () => bugReport(settings),
    memory,
  }
}
