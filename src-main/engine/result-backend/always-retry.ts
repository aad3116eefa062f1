/**
 * `result_backend_always_retry`: reading and storing go on while Redis is away, after waits that double and are drawn at
 * random up to that. Celery: celery/backends/base.py (store_result, get_task_meta), celery/utils/time.py
 */
import { OperationalError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { sleep } from '../ports/sleep.js'

/** `result_backend_max_retries` and its neighbours, by what they are for. */
export interface AlwaysRetry {
  /** Infinity: for ever. */
  readonly maxRetries: number
  readonly baseSleepMs: number
  readonly maxSleepMs: number
}

export interface AlwaysRetryPorts {
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
}

/** Milliseconds before retry number `retry`, of which the first is 1. */
export function alwaysRetryWaitMs({ baseSleepMs, maxSleepMs }: AlwaysRetry, retry: number, random: number): number {
  const longest = Math.min(maxSleepMs, baseSleepMs * 2 ** retry)
  return Math.max(0, Math.floor(random * (longest + 1)))
}

/** Rejects with `givenUp()` when the last retry has failed; with what is no failure of the connection at once. */
export async function alwaysRetried<T>(
  act: () => Promise<T>,
  givenUp: () => Error,
  policy: AlwaysRetry,
  { clock, random }: AlwaysRetryPorts,
): Promise<T> {
  for (let retry = 1; ; retry++) {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error
      if (retry > policy.maxRetries) throw givenUp()
      await sleep(clock, alwaysRetryWaitMs(policy, retry, random()))
    }
  }
}
