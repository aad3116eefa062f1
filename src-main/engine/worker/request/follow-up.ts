/**
 * The result of a task that ended without its process saying so, and what follows: its errbacks, the rest of its chain,
 * its chord. The code that may be called is in the pool's processes, so one of them is given a job for it.
 * Celery: celery/backends/base.py (mark_as_failure, mark_as_revoked), which runs this in the worker itself
 */
import type { PoolJobListener } from '../../pool/pool-process.js'
import type { Log } from '../../ports/log.js'
import { stringifyJson } from '../../serialization/json.js'
import { pythonRepr } from '../../serialization/python-repr.js'
import { FAILURE, REVOKED } from '../../states.js'
import type { TraceJob } from '../../trace/trace-job.js'
import type { EndedByException } from './exception-document.js'
import { storeEnded, type StoringParts } from './store-ended.js'

export interface FollowUpPool {
  apply(job: TraceJob, limits: { soft: number | null; hard: number | null }, listener: PoolJobListener): void
}

export interface StoreEndParts extends StoringParts {
  readonly pool: FollowUpPool
  readonly log: Log
}

/** As Celery: nothing follows when no task has its name, nor a task that was cancelled and will come again. */
export async function storeEnd(job: TraceJob, ended: EndedByException, parts: StoreEndParts): Promise<void> {
  await storeEnded(ended, job, parts)
  const over = ended.status === FAILURE || ended.status === REVOKED
  if (over && ended.type !== 'NotRegistered') await followUp(job, ended, parts)
}

/** Settles when it is done. A pool that stops drops it: the message is not given up then, and comes again. */
function followUp(
  job: TraceJob,
  { status, type, module, args }: EndedByException,
  { pool, log }: { readonly pool: FollowUpPool; readonly log: Log },
): Promise<void> {
  if (!job.continues) return Promise.resolve()
  const repr = `${type}(${args.map((arg) => pythonRepr(arg)).join(', ')})`
  const error = {
    excType: type,
    excModule: module,
    excMessageJson: stringifyJson(args),
    repr,
    tracebackText: `${module}.${repr}\n`,
  }
  const lost = (how: string): void =>
    log.error(`What follows ${job.displayName}[${job.taskId}] may not have been done: its process ${how}`)
  return new Promise<void>((resolve) => {
    pool.apply(
      { ...job, ended: { state: status === FAILURE ? 'FAILURE' : 'REVOKED', error } },
      { soft: null, hard: null },
      {
        mayBegin: () => true,
        onAccepted: () => {},
        onSoftTimeLimit: () => {},
        onReport: () => resolve(),
        onLost: (message) => {
          lost(`was lost (${message})`)
          resolve()
        },
        onHardTimeLimit: () => resolve(), // it has none
        onTerminated: () => {
          lost('was stopped')
          resolve()
        },
      },
    )
  })
}
