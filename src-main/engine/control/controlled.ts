/**
 * What control may see and do of a worker: one interface for all commands, in parts by what they are about.
 * `worker/controlled-worker.ts` makes it. Celery: celery/worker/control.py (`state`)
 */
import type { Log } from '../ports/log.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

export interface ControlledWorker {
  readonly nodename: string
  readonly log: Pick<Log, 'debug' | 'info' | 'warning' | 'error'>
  /** Lamport time. */
  readonly clock: number
  forwardClock(): number
  readonly requests: ControlledRequests
  readonly revocations: Revocations
  readonly tasks: ControlledTasks
  readonly events: ControlledEvents
  readonly pool: ControlledPool
  readonly queues: ControlledQueues
  readonly facts: WorkerFacts
  /** Begins in its own time; the caller gets no reply. */
  shutDown(): void
}

export interface ControlledRequest {
  readonly taskId: string
  readonly stamps: WireObject
  /** As `inspect active` shows it. */
  readonly info: WireObject
  /** The same with its arguments as text. */
  readonly safeInfo: WireObject
  /** Ends what runs; what has not begun ends as it begins. */
  terminate(signal: string): void
}

export interface ControlledRequests {
  readonly active: readonly ControlledRequest[]
  /** Received, waiting for a pool process. */
  readonly reserved: readonly ControlledRequest[]
  readonly scheduled: readonly WireObject[]
  /** The reserved or active one of this id. */
  find(taskId: string): (ControlledRequest & { readonly state: 'active' | 'reserved' }) | null
}

export interface Revocations {
  /** Task id → unix seconds when it was flagged. */
  readonly ids: ReadonlyMap<string, number>
  /** Flags them, and stores REVOKED for each at once. */
  revoke(taskIds: readonly string[]): void
  revokeStamps(header: string, values: readonly WireValue[]): void
  /** What another node knows as revoked. */
  merge(revoked: Readonly<Record<string, WireValue>>): void
  /** Only what has not begun is stopped by it; nothing is stored yet. */
  flag(taskId: string): void
}

export interface ControlledTasks {
  readonly names: readonly string[]
  has(name: string): boolean
  /** null: the task has no such attribute, or it is None. */
  attribute(name: string, attribute: string): WireValue
  setRateLimit(name: string, limit: WireValue): void
  setTimeLimits(name: string, limits: { readonly soft: number | null; readonly hard: number | null }): void
}

export interface ControlledEvents {
  /** Both answer false when nothing changed: the worker sends them all, or none, already. */
  enableTaskEvents(): boolean
  disableTaskEvents(): boolean
  heartbeat(): void
  /** null without gossip. */
  readonly election: ((id: WireValue, topic: WireValue, action: WireValue) => void) | null
}

export interface ControlledPool {
  readonly autoscales: boolean
  readonly prefetchCount: number
  changePrefetch(by: number): void
  grow(by: number): void
  shrink(by: number): void
  /** Throws when `worker_pool_restarts` is off. */
  restart(): void
  /** Throws without --autoscale. Answers the limits as they are now. */
  autoscale(max: number | null, min: number | null): { readonly max: number; readonly min: number }
}

export interface ControlledQueues {
  /** As `inspect active_queues` shows them. */
  readonly active: readonly WireObject[]
  add(queue: {
    readonly name: string
    readonly exchange: string | null
    readonly type: string
    readonly routingKey: string | null
  }): void
  cancel(name: string): void
}

export interface WorkerFacts {
  stats(): WireObject
  /** Task name → how many of it were received. */
  totals(): WireObject
  conf(withDefaults: boolean): WireObject
  report(): string
  readonly memory: { sample(): string; dump(samples: number): string }
}
