/**
 * A clock that a test moves forward: what has fallen due by then runs, in order. By itself it goes on slowly, so that a busy
 * machine makes little of its time.
 */
import type { Clock } from '../../src-main/engine/ports/clock.js'

interface Timer {
  readonly atMs: number
  readonly run: () => void
  handle: NodeJS.Timeout
}

export class JumpClock implements Clock {
  private readonly beganMs = Date.now()
  private readonly rate: number
  private startMs: number
  private readonly timers = new Set<Timer>()

  /** `rate`: milliseconds of this clock in a millisecond. */
  constructor(startMs: number, rate = 0.1) {
    this.startMs = startMs
    this.rate = rate
  }

  nowMs(): number {
    return this.startMs + (Date.now() - this.beganMs) * this.rate
  }

  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { atMs: this.nowMs() + delayMs, run, handle: setTimeout(() => {}, 0) }
    this.wait(timer)
    return () => this.forget(timer)
  }

  /** A time that is over already changes nothing. */
  moveTo(atMs: number): void {
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.atMs <= atMs).sort((a, b) => a.atMs - b.atMs)[0]
      this.startMs += Math.max(0, (due?.atMs ?? atMs) - this.nowMs())
      if (due === undefined) break
      this.forget(due)
      due.run()
    }
    for (const timer of this.timers) this.wait(timer)
  }

  private wait(timer: Timer): void {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(
      () => {
        this.timers.delete(timer)
        timer.run()
      },
      Math.min(Math.max(0, timer.atMs - this.nowMs()) / this.rate, 0x7fffffff),
    )
    timer.handle.unref()
    this.timers.add(timer)
  }

  private forget(timer: Timer): void {
    clearTimeout(timer.handle)
    this.timers.delete(timer)
  }
}
