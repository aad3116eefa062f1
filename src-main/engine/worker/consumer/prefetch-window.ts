/**
 * How many unacked messages the worker may hold: as many as the pool asks for, one more for each that waits for its eta,
 * fewer after a lost connection until what still runs has ended.
 * Celery: kombu/common.py QoS, celery/worker/consumer/consumer.py (_restore_prefetch_count_after_connection_restart)
 */
import type { Log } from '../../ports/log.js'

export interface PrefetchWindowParts {
  /** For the whole pool; 0: no limit. */
  readonly count: number
  /** For one pool process. */
  readonly multiplier: number
  /** worker_eta_task_limit; null: none. */
  readonly etaTaskLimit: number | null
  /** worker_enable_prefetch_count_reduction */
  readonly reducesAfterLoss: boolean
  readonly onChange: (count: number) => void
  readonly log: Pick<Log, 'info'>
}

export class PrefetchWindow {
  private readonly parts: PrefetchWindowParts
  private maximum: number
  private now: number
  private isReduced = false

  constructor(parts: PrefetchWindowParts) {
    this.parts = parts
    this.maximum = parts.count
    this.now = parts.count
  }

  get count(): number {
    return this.now
  }

  /**
   * One more that waits for its eta. As Celery: the limit on those is a limit on the whole window, from the first of them
   * on, and the window stays that small.
   */
  grow(): void {
    if (this.isUnlimited) return
    this.set(Math.min(this.now + 1, this.parts.etaTaskLimit ?? Infinity))
  }

  /** An eta is over. */
  shrink(): void {
    if (!this.isUnlimited) this.set(Math.max(1, this.now - 1))
  }

  /** By a command of remote control. Never closes, and 0, no limit, stays so. Celery: kombu/common.py (QoS) */
  change(by: number): void {
    if (!this.isUnlimited) this.set(Math.max(1, this.now + by))
  }

  /** The pool has `by` processes more (or fewer). As Celery: the window never closes by that. */
  poolChanged(by: number): void {
    if (this.isUnlimited) return
    const change = by * this.parts.multiplier
    this.maximum = Math.max(1, this.maximum + change)
    this.set(Math.max(1, this.now + change))
  }

  /** What waited has gone back to its queue; `running` tasks go on, and what they will ack is not ours to count any more. */
  reduceAfterLoss(running: number): void {
    if (this.isUnlimited) return
    const { multiplier, reducesAfterLoss, log } = this.parts
    const reduced = reducesAfterLoss ? Math.max(multiplier, this.maximum - running * multiplier) : this.maximum
    this.isReduced = reduced < this.maximum
    this.set(Math.min(reduced, this.maximum))
    if (!this.isReduced) return
    log.info(
      `Temporarily reducing the prefetch count to ${this.now} to avoid over-fetching since ${running} tasks are currently being processed.\n` +
        `The prefetch count will be gradually restored to ${this.maximum} as the tasks complete processing.`,
    )
  }

  /** Asked for each message that comes: whether its end gives one process' share back. As Celery: decided when it comes. */
  get isToBeRestored(): boolean {
    return this.isReduced && this.now + this.parts.multiplier <= this.maximum
  }

  restoreOneShare(): void {
    if (!this.isReduced) return
    this.set(Math.min(this.maximum, this.now + this.parts.multiplier))
    if (this.now < this.maximum) return
    this.isReduced = false
    this.parts.log.info(
      `Resuming normal operations following a restart.\nPrefetch count has been restored to the maximum of ${this.maximum}`,
    )
  }

  private get isUnlimited(): boolean {
    return this.parts.count === 0
  }

  private set(count: number): void {
    this.now = count
    this.parts.onChange(count)
  }
}
