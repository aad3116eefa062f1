/**
 * Beat's link to the broker is made with patience: after 2, 4, 6 … 32 seconds, a hundred times by default.
 * Celery: celery/beat.py (Scheduler._ensure_connected), kombu/connection.py ensure_connection; recording 14-beat/broker-down
 */
import { isErrorOfType } from '../errors.js'
import type { Log } from '../ports/log.js'
import { pythonFloat } from '../serialization/python-float.js'
import { reconnectWaitSeconds } from '../transport/reconnect-wait.js'

export interface Patience {
  readonly connect: () => Promise<void>
  readonly sleep: (seconds: number) => Promise<void>
  readonly isStopping: () => boolean
  /** broker_connection_max_retries; null: without end. */
  readonly maxRetries: number | null
  readonly log: Pick<Log, 'error'>
}

/** Rejects when the last attempt has failed, or when beat was stopped meanwhile: then nothing may be sent. */
export async function connectPatiently({ connect, sleep, isStopping, maxRetries, log }: Patience): Promise<void> {
  for (let retry = 1; ; retry++) {
    try {
      return await connect()
    } catch (error) {
      const givesUp = maxRetries !== null && retry > maxRetries
      if (givesUp || isStopping() || !(error instanceof Error) || !isErrorOfType(error, 'OperationalError')) throw error
      const seconds = reconnectWaitSeconds(retry)
      log.error(`beat: Connection error: ${error.message}. Trying again in ${pythonFloat(seconds)} seconds...`)
      await sleep(seconds)
      if (isStopping()) throw error
    }
  }
}
