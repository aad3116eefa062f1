/**
 * Stores what a pool process cannot say for itself any more, unless the task's results are ignored.
 * Celery: celery/worker/request.py (on_failure, on_timeout, _announce_cancelled)
 */
import type { Clock } from '../../ports/clock.js'
import type { ResultBackend } from '../../result-backend/result-meta.js'
import { FAILURE } from '../../states.js'
import type { TraceJob } from '../../trace/trace-job.js'
import { exceptionDocument, type EndedByException } from './exception-document.js'
import type { TaskSettings } from './task-settings.js'

export interface StoringParts {
  readonly settings: TaskSettings
  readonly backend: Pick<ResultBackend, 'store'>
  readonly nodename: string
  readonly clock: Clock
}

export function storeEnded(ended: EndedByException, job: TraceJob, parts: StoringParts): Promise<void> {
  const { settings, backend, nodename, clock } = parts
  if (job.ignoreResult && !(ended.status === FAILURE && settings.storeErrorsEvenIfIgnored)) return Promise.resolve()
  const { resultExtended } = settings
  return backend.store(exceptionDocument(job, ended, { nodename, resultExtended, atMs: clock.nowMs() }))
}
