/** Several results at once, as they come. Celery: celery/result.py (join_native), celery/backends/asynchronous.py (iter_native) */
import { propagateStates } from '../states.js'
import type { ResultBackend, ResultMeta } from './result-meta.js'

export interface WaitForAll {
  /** For all of them; null: for ever. */
  readonly timeoutSeconds: number | null
  /** The first one that has failed ends it, and is the last of the answer. */
  readonly untilFailure: boolean
}

/** In the order in which they were heard of. Rejects with TimeoutError when the time is over before. */
export async function waitForAll(
  backend: Pick<ResultBackend, 'waitFor'>,
  taskIds: readonly string[],
  { timeoutSeconds, untilFailure }: WaitForAll,
): Promise<readonly ResultMeta[]> {
  const arrived: ResultMeta[] = []
  const rest = new AbortController()
  try {
    await new Promise<void>((resolve, reject) => {
      if (taskIds.length === 0) resolve()
      for (const taskId of taskIds) {
        backend.waitFor(taskId, { timeoutSeconds, signal: rest.signal }).then((meta) => {
          if (rest.signal.aborted) return
          arrived.push(meta)
          if (arrived.length === taskIds.length || (untilFailure && propagateStates.has(meta.status))) {
            rest.abort()
            resolve()
          }
        }, reject)
      }
    })
  } finally {
    rest.abort()
  }
  return arrived
}
