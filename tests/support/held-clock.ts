/** A clock that stands still until a test moves it on. */
import type { Clock } from '../../src-main/engine/ports/clock.js'

export class HeldClock implements Clock {
  private now: number
  private timers: { readonly atMs: number; readonly run: () => void }[] = []

  constructor(startMs: number) {
    this.now = startMs
  }

  nowMs(): number {
    return this.now
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.now + delayMs, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  get pending(): number {
    return this.timers.length
  }

  /** Runs what falls due, in order, each at its own time. */
  advance(byMs: number): void {
    const end = this.now + byMs
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.timers = this.timers.filter((other) => other !== due)
      this.now = Math.max(this.now, due.atMs)
      due.run()
    }
    this.now = end
  }
}
