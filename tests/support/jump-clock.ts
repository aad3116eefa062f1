/** A clock that runs on by itself from a given time, and that a test moves forward: what has fallen due by then runs, in order. */
import type { Clock } from '../../src-main/engine/ports/clock.js'

interface Timer {
  readonly atMs: number
  readonly run: () => void
  handle: NodeJS.Timeout
}

export class JumpClock implements Clock {
  private aheadMs: number
  private readonly timers = new Set<Timer>()

  constructor(startMs: number) {
    this.aheadMs = startMs - Date.now()
  }

  nowMs(): number {
    return Date.now() + this.aheadMs
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
      this.aheadMs += Math.max(0, (due?.atMs ?? atMs) - this.nowMs())
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
      Math.min(Math.max(0, timer.atMs - this.nowMs()), 0x7fffffff),
    )
    timer.handle.unref()
    this.timers.add(timer)
  }

  private forget(timer: Timer): void {
    clearTimeout(timer.handle)
    this.timers.delete(timer)
  }
}
