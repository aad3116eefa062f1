/**
 * The token buckets of a worker, one for each type of task that has a rate limit. A limit that is changed by control gets
 * new buckets; what waited in the old ones starts at their rate. Celery: celery/worker/consumer/consumer.py (task_buckets)
 */
import type { Clock } from '../ports/clock.js'
import { TokenBucket } from './token-bucket.js'

export class RateLimits {
  private readonly clock: Clock
  /** Starts a second; 0: no limit. */
  private readonly rateOf: (taskName: string) => number
  private buckets = new Map<string, TokenBucket | null>()
  private readonly filled = new Set<TokenBucket>()

  /** All buckets begin to fill with the worker's start. */
  constructor(taskNames: readonly string[], rateOf: (taskName: string) => number, clock: Clock) {
    this.clock = clock
    this.rateOf = rateOf
    for (const name of taskNames) this.bucketOf(name)
  }

  isLimited(taskName: string): boolean {
    return this.bucketOf(taskName) !== null
  }

  admit(taskName: string, start: () => void): void {
    const bucket = this.bucketOf(taskName)
    if (!bucket) return start()
    this.filled.add(bucket)
    bucket.admit(start)
  }

  reset(): void {
    const names = [...this.buckets.keys()]
    this.buckets = new Map()
    for (const name of names) this.bucketOf(name)
  }

  /** The connection was lost, or the worker stops: what waits goes back to its queue. */
  clear(): void {
    for (const bucket of this.filled) bucket.clear()
    this.filled.clear()
  }

  private bucketOf(taskName: string): TokenBucket | null {
    const known = this.buckets.get(taskName)
    if (known !== undefined) return known
    const perSecond = this.rateOf(taskName)
    const bucket = perSecond > 0 ? new TokenBucket(perSecond, this.clock) : null
    this.buckets.set(taskName, bucket)
    return bucket
  }
}
