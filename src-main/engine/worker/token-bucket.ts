/**
 * How often a type of task may start: one token fills up at the rate of the limit, a start takes it. Those that wait are
 * kept in order. Celery: kombu/utils/limits.py, celery/worker/consumer/consumer.py (_schedule_bucket_request)
 */
import type { Clock } from '../ports/clock.js'

const capacity = 1
/** A token is whole a hair before: sums of floats do not reach 1 exactly. */
const rounding = 1e-9

export class TokenBucket {
  private readonly perSecond: number
  private readonly clock: Clock
  private readonly waiting: (() => void)[] = []
  private tokens = capacity
  /** As kombu: not moved on while the bucket is full, so the second start of a type comes early. */
  private filledAtMs: number
  private cancel: (() => void) | null = null

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond
    this.clock = clock
    this.filledAtMs = clock.nowMs()
  }

  /** Calls `start` at once, or when its turn comes. */
  admit(start: () => void): void {
    this.waiting.push(start)
    this.startThoseThatMay()
  }

  clear(): void {
    this.waiting.length = 0
    this.cancel?.()
    this.cancel = null
  }

  private startThoseThatMay(): void {
    this.cancel?.()
    this.cancel = null
    while (this.waiting.length > 0) {
      this.fill()
      if (this.tokens < 1 - rounding) {
        const holdMs = ((1 - rounding - this.tokens) / this.perSecond) * 1000
        this.cancel = this.clock.after(Math.max(1, Math.min(Math.ceil(holdMs), 2 ** 31 - 1)), () =>
          this.startThoseThatMay(),
        )
        return
      }
      this.tokens -= 1
      this.waiting.shift()?.()
    }
  }

  private fill(): void {
    if (this.tokens >= capacity) return
    const nowMs = this.clock.nowMs()
    this.tokens = Math.min(capacity, this.tokens + (this.perSecond * (nowMs - this.filledAtMs)) / 1000)
    this.filledAtMs = nowMs
  }
}
