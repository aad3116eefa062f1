/** One time for several beats: it goes on when all of them sleep, and then to the moment at which the first of them wakes up. */
import type { Clock } from '../../src-main/engine/ports/clock.js'
import { waitFor } from '../support/wait-for.js'

interface Sleep {
  readonly atMs: number
  readonly wake: () => void
}

/** A link's patience with Redis, which is no sleep, is longer; what beat sleeps in the recordings is shorter. */
const longestSleepMs = 100_000

/** Nobody wakes up at a full millisecond: Python leaves microseconds out of a date that has none. */
const lateMs = 0.137

export class BeatsTime implements Clock {
  private now: number
  private readonly sleeps = new Set<Sleep>()

  constructor(startMs: number) {
    this.now = startMs
  }

  nowMs(): number {
    return this.now
  }

  after(delayMs: number, wake: () => void): () => void {
    if (delayMs > longestSleepMs) return () => {}
    const sleep = { atMs: this.now + delayMs, wake }
    this.sleeps.add(sleep)
    return () => void this.sleeps.delete(sleep)
  }

  /** `beats`: how many are running, whose work at each moment is waited for. */
  async goTo(atMs: number, beats: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate)
      await waitFor('all beats sleep', () => this.sleeps.size === beats)
      const [first] = [...this.sleeps].sort((a, b) => a.atMs - b.atMs)
      if (first === undefined || first.atMs > atMs) break
      this.sleeps.delete(first)
      this.now = Math.max(this.now, first.atMs) + lateMs
      first.wake()
    }
    this.now = Math.max(this.now, atMs)
  }
}
