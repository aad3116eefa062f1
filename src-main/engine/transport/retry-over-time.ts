/**
 * Tries something that needs Redis again and again while Redis is away, as a policy by Celery's names says. Other errors are not tried again.
 * Celery: kombu/utils/functional.py retry_over_time
 */
import { OperationalError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { sleep } from '../ports/sleep.js'

/** In seconds. */
export interface RetryOverTimePolicy {
  /** null: for ever. */
  readonly max_retries: number | null
  readonly interval_start: number
  readonly interval_step: number
  readonly interval_max: number
  /** For all of it, looked at after each failure; absent: as long as max_retries lets it. */
  readonly timeout?: number | null
}

export async function retryOverTime(
  work: () => Promise<void>,
  policy: RetryOverTimePolicy,
  clock: Clock,
): Promise<void> {
  const { max_retries: most, interval_start: first, interval_step: step, interval_max: longest, timeout } = policy
  const endMs = timeout ? clock.nowMs() + timeout * 1000 : Infinity
  for (let retries = 0; ; retries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof OperationalError) || (most !== null && retries >= most)) throw error
      if (clock.nowMs() > endMs) throw error
      await sleep(clock, (first + step * Math.min(retries, mostSteps(longest, step))) * 1000)
    }
  }
}

/** How often `step` is added at most: the wait before the one that would be too long is kept. Celery: kombu/utils/functional.py fxrange */
function mostSteps(longest: number, step: number): number {
  return step > 0 ? Math.floor(longest / step + 1e-9) : 0
}
