/**
 * The result document of what a pool process cannot say for itself any more: lost, over its time, revoked.
 * Celery: celery/backends/base.py (mark_as_failure, mark_as_revoked)
 */
import { exceptionResult, resultDocument } from '../../result-backend/result-document.js'
import type { ResultMeta } from '../../result-backend/result-meta.js'
import type { WireValue } from '../../serialization/wire-value.js'
import { REVOKED } from '../../states.js'
import type { TraceJob } from '../../trace/trace-job.js'

export interface EndedByException {
  readonly status: string
  readonly type: string
  readonly module: string
  readonly args: readonly WireValue[]
}

/** As Celery: what it stores for a task that no worker knows tells nothing else of it. */
const ofNobody = { name: null, argsJson: 'null', kwargsJson: 'null', worker: null, retries: null, queue: null }

export function exceptionDocument(
  job: TraceJob,
  ended: EndedByException,
  facts: { readonly nodename: string; readonly resultExtended: boolean; readonly atMs: number },
): ResultMeta {
  const { taskId, taskName: name, argsJson, kwargsJson, retries, queue, stampsJson = null } = job
  const { nodename: worker, resultExtended, atMs } = facts
  const known = ended.type !== 'NotRegistered'
  const extended = known ? { name, argsJson, kwargsJson, worker, retries, queue, stampsJson } : ofNobody
  const { groupId, parentId } = known ? job : { groupId: null, parentId: null }
  return resultDocument(
    { taskId, groupId, parentId, extended: resultExtended ? extended : null },
    {
      status: ended.status,
      result: exceptionResult(ended.type, ended.module, ended.args),
      traceback: null,
      children: [],
      atMs,
    },
  )
}

/** Of an id that control has revoked, whether anybody has sent it or not. */
export function revokedDocument(taskId: string, atMs: number): ResultMeta {
  const document = resultDocument(
    { taskId, groupId: null, parentId: null, extended: null },
    {
      status: REVOKED,
      result: exceptionResult('TaskRevokedError', 'celery.exceptions', ['revoked']),
      traceback: null,
      children: [],
      atMs,
    },
  )
  return { ...document, children: null } // As Celery: without a request there are none to name
}
