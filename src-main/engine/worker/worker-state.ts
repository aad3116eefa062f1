/**
 * What one worker knows about its tasks: reserved, running, revoked, counted. Celery keeps this at module level
 * (celery/worker/state.py); here it belongs to its worker.
 */
import type { Clock } from '../ports/clock.js'
import type { WireObject } from '../serialization/wire-value.js'

/** What the state needs to know of a request. */
export interface TrackedRequest {
  readonly deliveryTag: string
  readonly task: { readonly name: string }
  /** As `inspect active` shows it. */
  readonly info: WireObject
}

const revokedAtMost = 50_000
const revokedForSeconds = 10_800

export class WorkerState {
  /** Received and not ended: waiting for a slot or running. */
  readonly reserved = new Map<string, TrackedRequest>()
  readonly active = new Map<string, TrackedRequest>()
  /** Held until their eta. */
  readonly scheduled = new Map<string, { readonly request: TrackedRequest; readonly atMs: number }>()
  readonly totals = new Map<string, number>()
  processed = 0
  private readonly revokedAt = new Map<string, number>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Task id → unix seconds. */
  get revoked(): ReadonlyMap<string, number> {
    return this.revokedAt
  }

  revoke(taskId: string, atSeconds = this.clock.nowMs() / 1000): void {
    this.revokedAt.delete(taskId)
    this.revokedAt.set(taskId, atSeconds)
    const oldest = this.clock.nowMs() / 1000 - revokedForSeconds
    for (const [id, at] of this.revokedAt) {
      if (this.revokedAt.size <= revokedAtMost && at >= oldest) break
      this.revokedAt.delete(id)
    }
  }

  taskReserved(request: TrackedRequest): void {
    this.scheduled.delete(request.deliveryTag)
    this.reserved.set(request.deliveryTag, request)
  }

  taskScheduled(request: TrackedRequest, atMs: number): void {
    this.scheduled.set(request.deliveryTag, { request, atMs })
  }

  taskAccepted(request: TrackedRequest): void {
    this.active.set(request.deliveryTag, request)
    this.processed += 1
    this.totals.set(request.task.name, (this.totals.get(request.task.name) ?? 0) + 1)
  }

  taskReady(request: TrackedRequest): void {
    this.scheduled.delete(request.deliveryTag)
    this.reserved.delete(request.deliveryTag)
    this.active.delete(request.deliveryTag)
  }

  forgetWaiting(): void {
    this.scheduled.clear()
    for (const tag of this.reserved.keys()) if (!this.active.has(tag)) this.reserved.delete(tag)
  }
}
