/**
 * What one worker knows about its tasks: reserved, running, scheduled, counted. Celery keeps this at module level
 * (celery/worker/state.py); here it belongs to its worker. Kept by request, not by delivery tag: a message may come twice.
 */
import type { Clock } from '../ports/clock.js'
import type { WireObject } from '../serialization/wire-value.js'
import { Revoked } from './revoked.js'

/** What the state needs to know of a request. */
export interface TrackedRequest {
  readonly task: { readonly name: string; readonly taskId: string }
  readonly stamps: WireObject
  /** As `inspect active` shows it. */
  readonly info: WireObject
  /** The same with its arguments as text. */
  readonly safeInfo: WireObject
  terminate(signal: string): void
  /** Ends it when it runs and its ack has become impossible. */
  cancel(): void
}

export class WorkerState {
  /** Received and not ended: waiting for a slot or running. */
  readonly reserved = new Set<TrackedRequest>()
  readonly active = new Set<TrackedRequest>()
  /** Held until their eta. */
  readonly scheduled = new Map<TrackedRequest, number>()
  readonly totals = new Map<string, number>()
  readonly revoked: Revoked
  processed = 0
  /** Told each time a request has ended. */
  whenReady: () => void = () => {}
  /** Results that the worker itself is storing. */
  private readonly settling = new Set<Promise<unknown>>()

  constructor(clock: Clock) {
    this.revoked = new Revoked(clock)
  }

  taskReserved(request: TrackedRequest): void {
    this.scheduled.delete(request)
    this.reserved.add(request)
  }

  taskScheduled(request: TrackedRequest, atMs: number): void {
    this.scheduled.set(request, atMs)
  }

  taskAccepted(request: TrackedRequest): void {
    this.active.add(request)
    this.processed += 1
    this.totals.set(request.task.name, (this.totals.get(request.task.name) ?? 0) + 1)
  }

  taskReady(request: TrackedRequest): void {
    this.scheduled.delete(request)
    this.reserved.delete(request)
    this.active.delete(request)
    this.whenReady()
  }

  isSettling(stored: Promise<unknown>): void {
    const done = (): void => void this.settling.delete(settled)
    const settled: Promise<unknown> = stored.then(done, done)
    this.settling.add(settled)
  }

  /** Settles when nothing of this worker is being stored any more. */
  async settled(): Promise<void> {
    await Promise.all(this.settling)
  }

  forgetWaiting(): void {
    this.scheduled.clear()
    for (const request of this.reserved) if (!this.active.has(request)) this.reserved.delete(request)
  }
}
