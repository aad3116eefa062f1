/** Holds requests until their eta. Celery: kombu's hub timer, celery/worker/strategy.py (apply_eta_task) */
import type { Clock } from '../../ports/clock.js'

export class EtaTimer {
  private readonly clock: Clock
  private readonly cancels = new Set<() => void>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  callAt(atMs: number, run: () => void): void {
    const waitMs = Math.max(0, atMs - this.clock.nowMs())
    const cancel = this.clock.after(Math.ceil(waitMs), () => {
      this.cancels.delete(cancel)
      if (this.clock.nowMs() < atMs) this.callAt(atMs, run)
      else run()
    })
    this.cancels.add(cancel)
  }

  clear(): void {
    for (const cancel of this.cancels) cancel()
    this.cancels.clear()
  }
}
