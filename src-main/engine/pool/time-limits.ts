/**
 * The two timers of a running job: soft raises an exception in it, hard ends its process.
 * Celery: celery/concurrency/asynpool.py, celery/worker/request.py (on_timeout)
 */
import type { Clock } from '../ports/clock.js'
import type { PoolJob } from './pool-process.js'

export class TimeLimits {
  private readonly clock: Clock
  private readonly running = new Map<number, readonly (() => void)[]>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  begin(job: PoolJob, on: { readonly soft: () => void; readonly hard: () => void }): void {
    const timers: (() => void)[] = []
    const { softTimeLimitSeconds: soft, timeLimitSeconds: hard } = job
    if (soft) timers.push(this.clock.after(soft * 1000, on.soft))
    if (hard) timers.push(this.clock.after(hard * 1000, on.hard))
    if (timers.length > 0) this.running.set(job.jobId, timers)
  }

  end(job: PoolJob): void {
    for (const cancel of this.running.get(job.jobId) ?? []) cancel()
    this.running.delete(job.jobId)
  }

  endAll(): void {
    for (const timers of this.running.values()) for (const cancel of timers) cancel()
    this.running.clear()
  }
}
