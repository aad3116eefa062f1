/**
 * Keeps the pool between two sizes: grows with what waits, shrinks when less has waited for half a minute.
 * Celery: celery/worker/autoscale.py
 */
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { WireObject } from '../serialization/wire-value.js'

export interface AutoscaleLimits {
  readonly max: number
  readonly min: number
}

export interface AutoscalerParts {
  readonly pool: { readonly size: number; grow(by: number): void; shrink(by: number): void }
  /** Received and not ended. */
  readonly reserved: () => number
  /** The prefetch window follows the upper limit. */
  readonly onMaxChanged: (by: number) => void
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'debug'>
}

const keepAliveMs = 30_000

export class Autoscaler {
  private readonly parts: AutoscalerParts
  private limits: AutoscaleLimits
  private lastScaleUpMs: number | null = null
  private cancel: (() => void) | null = null

  constructor(limits: AutoscaleLimits, parts: AutoscalerParts) {
    this.limits = limits
    this.parts = parts
  }

  start(): void {
    this.cancel = this.parts.clock.after(keepAliveMs, () => {
      this.maybeScale()
      this.start()
    })
  }

  stop(): void {
    this.cancel?.()
    this.cancel = null
  }

  /** Asked with every message that comes, and every half minute. */
  maybeScale(): void {
    const { pool, reserved, clock } = this.parts
    const { max, min } = this.limits
    const waiting = reserved()
    const more = Math.min(waiting, max) - pool.size
    if (more > 0) {
      this.lastScaleUpMs = clock.nowMs()
      return this.grow(more)
    }
    const fewer = pool.size - Math.max(waiting, min)
    if (fewer <= 0 || this.lastScaleUpMs === null || clock.nowMs() - this.lastScaleUpMs <= keepAliveMs) return
    this.shrink(fewer)
  }

  /** As `inspect stats` shows it. */
  get info(): WireObject {
    const { pool, reserved } = this.parts
    return { ...this.limits, current: pool.size, qty: reserved() }
  }

  update(max: number | null, min: number | null): AutoscaleLimits {
    const { pool, onMaxChanged } = this.parts
    if (max !== null) {
      if (max < pool.size) this.shrink(pool.size - max)
      onMaxChanged(max - this.limits.max)
      this.limits = { ...this.limits, max }
    }
    if (min !== null) {
      if (min > pool.size) this.grow(min - pool.size)
      this.limits = { ...this.limits, min }
    }
    return this.limits
  }

  private grow(by: number): void {
    this.parts.log.info(`Scaling up ${by} processes.`)
    this.parts.pool.grow(by)
  }

  private shrink(by: number): void {
    this.parts.log.info(`Scaling down ${by} processes.`)
    try {
      this.parts.pool.shrink(by)
    } catch {
      this.parts.log.debug("Autoscaler won't scale down: all processes busy.")
    }
  }
}
