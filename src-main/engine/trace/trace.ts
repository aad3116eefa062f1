/**
 * Runs one task inside a pool process and records its outcome: the runner runs it, what follows is sent, the result is
 * stored, a line is logged, and the worker is told. Celery: celery/app/trace.py (build_tracer)
 */
import { InvalidTaskError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { assertNever } from '../ports/in-background.js'
import { withTraceback, type Log } from '../ports/log.js'
import { resultDocument } from '../result-backend/result-document.js'
import type { ResultBackend, ResultMeta } from '../result-backend/result-meta.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { pythonRepr, reprString } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { Signals } from '../signals/signals.js'
import { FAILURE, IGNORED, REJECTED, RETRY, STARTED, SUCCESS } from '../states.js'
import type { Children } from './children.js'
import { HandlerRaised, OwnCode } from './own-code.js'
import { raisedResult } from './raised-result.js'
import type { RaisedError, TaskOutcome, TaskRunner } from './task-runner.js'
import type { EndedElsewhere, TraceJob, TraceReport } from './trace-job.js'
import {
  duplicateLine,
  ignoredLine,
  raisedLine,
  rejectedLine,
  retryLine,
  succeededLine,
  type TraceLine,
} from './trace-log.js'

export interface TraceParts {
  readonly runner: Pick<TaskRunner, 'run' | 'afterwards'>
  readonly backend: Pick<ResultBackend, 'store' | 'get'>
  /** What the running task has sent; `children` of its result. */
  readonly children: Children
  /** Sends what follows a task: callbacks, the next step of a chain, a chord's body, errbacks. null: nothing does. */
  readonly continuation: {
    beforeStore(job: TraceJob, outcome: TaskOutcome): Promise<void>
    afterStore(job: TraceJob, outcome: TaskOutcome): Promise<void>
    afterEnded(job: TraceJob, ended: EndedElsewhere): Promise<void>
  } | null
  readonly signals: Signals
  readonly log: Log
  readonly clock: Clock
  /** Seconds of a clock that nobody sets: for runtimes. */
  readonly monotonicSeconds: () => number
  readonly nodename: string
  readonly pid: number
}

export async function traceTask(job: TraceJob, parts: TraceParts): Promise<TraceReport> {
  if (job.ended !== undefined) return follow(job, job.ended, parts)
  const before = job.deduplicates ? await succeededBefore(job, parts) : null
  if (before !== null) return skip(job, before, parts)
  parts.children.begin(job.taskId)
  parts.signals.send('task_prerun', { taskId: job.taskId, taskName: job.taskName })
  try {
    return await runAndRecord(job, parts)
  } catch (error) {
    return outsideBody(job, error, parts)
  }
}

async function runAndRecord(job: TraceJob, parts: TraceParts): Promise<TraceReport> {
  const begunAt = parts.monotonicSeconds()
  refuseMalformed(job)
  if (job.trackStarted && !job.ignoreResult) await storeStarted(job, parts)
  const outcome = await parts.runner.run({
    taskName: job.taskName,
    argsJson: job.argsJson,
    kwargsJson: job.kwargsJson,
    requestJson: job.requestJson,
  })
  const ownCode = new OwnCode(outcome, parts.runner)
  try {
    await parts.continuation?.beforeStore(job, outcome)
    const report = await record(job, outcome, { begunAt, ownCode, parts })
    await ownCode.run('logged')
    return report
  } finally {
    await ownCode.end()
  }
}

/** As Celery: a state that cannot be read does not keep the task from running. */
/** Its stored result, when it has succeeded. */
async function succeededBefore(job: TraceJob, { backend }: TraceParts): Promise<ResultMeta | null> {
  return backend.get(job.taskId).then(
    (meta) => (meta.status === SUCCESS ? meta : null),
    () => null,
  )
}

/**
 * As Celery 5.6.3: what follows it is sent all the same, for a task may have stored its success by itself and been rejected
 * then. Of one whose process died between the store and the ack it is sent a second time.
 */
async function skip(job: TraceJob, { result }: ResultMeta, parts: TraceParts): Promise<TraceReport> {
  write(duplicateLine(job), parts.log)
  parts.children.begin(job.taskId)
  const outcome = { kind: 'success', resultJson: stringifyJson(result), resultRepr: '', runtimeSeconds: 0 } as const
  try {
    await parts.continuation?.beforeStore(job, outcome)
    return { kind: 'success', resultRepr: null, runtimeSeconds: null }
  } catch (error) {
    return outsideBody(job, error, parts)
  }
}

async function follow(job: TraceJob, ended: EndedElsewhere, parts: TraceParts): Promise<TraceReport> {
  try {
    await parts.continuation?.afterEnded(job, ended)
    return { kind: 'ignored' }
  } catch (error) {
    return outsideBody(job, error, parts)
  }
}

async function record(
  job: TraceJob,
  outcome: TaskOutcome,
  { begunAt, ownCode, parts }: { readonly begunAt: number; readonly ownCode: OwnCode; readonly parts: TraceParts },
): Promise<TraceReport> {
  const sender = { taskId: job.taskId, taskName: job.taskName }
  const ended = (state: string, line: TraceLine): void => {
    write(line, parts.log)
    parts.signals.send('task_postrun', { ...sender, state })
  }
  switch (outcome.kind) {
    case 'success': {
      await store(job, { status: SUCCESS, result: parseJson(outcome.resultJson), traceback: null }, parts)
      await parts.continuation?.afterStore(job, outcome)
      // As Celery: the runtime that is told includes the storing.
      const runtimeSeconds = parts.monotonicSeconds() - begunAt
      await ownCode.run('stored')
      parts.signals.send('task_success', sender)
      ended(SUCCESS, succeededLine(job, runtimeSeconds, outcome.resultRepr))
      return { kind: 'success', resultRepr: outcome.resultRepr, runtimeSeconds }
    }
    case 'failure': {
      const { error } = outcome
      await store(job, { status: FAILURE, result: raisedResult(error), traceback: error.tracebackText }, parts)
      await parts.continuation?.afterStore(job, outcome)
      await ownCode.run('stored')
      parts.signals.send('task_failure', { ...sender, exception: error.repr })
      ended(FAILURE, raisedLine(job, error, outcome.expected))
      return { kind: 'failure', exceptionRepr: restoredRepr(error), traceback: error.tracebackText }
    }
    case 'retry': {
      const result = outcome.error ? raisedResult(outcome.error) : null
      await store(job, { status: RETRY, result, traceback: outcome.tracebackText }, parts)
      await ownCode.run('stored')
      parts.signals.send('task_retry', { ...sender, reason: outcome.message })
      ended(RETRY, retryLine(job, outcome.message))
      // As Celery: the event's exception is the one given to retry(), the text None without one.
      return { kind: 'retry', exceptionRepr: outcome.error?.repr ?? 'None', traceback: outcome.tracebackText }
    }
    case 'ignore':
      ended(IGNORED, ignoredLine(job))
      return { kind: 'ignored' }
    case 'reject':
      ended(REJECTED, rejectedLine(job, outcome))
      return { kind: 'rejected', requeue: outcome.requeue }
    default:
      return assertNever(outcome)
  }
}

/** As Celery: what the sender got wrong in the arguments is found here and not by the worker. */
function refuseMalformed({ argsJson, kwargsJson }: TraceJob): void {
  if (!kwargsJson.startsWith('{')) throw new InvalidTaskError('Task keyword arguments is not a mapping')
  if (!argsJson.startsWith('[')) throw new InvalidTaskError('Task positional arguments is not a sequence')
}

function storeStarted(job: TraceJob, parts: TraceParts): Promise<void> {
  const result = { pid: parts.pid, hostname: parts.nodename }
  return store(job, { status: STARTED, result, traceback: null }, parts)
}

async function store(
  job: TraceJob,
  state: { readonly status: string; readonly result: WireValue; readonly traceback: string | null },
  parts: TraceParts,
): Promise<void> {
  if (job.ignoreResult && !(state.status === FAILURE && job.storeErrorsEvenIfIgnored)) return
  const extended = job.resultExtended
    ? {
        name: job.taskName,
        argsJson: job.argsJson,
        kwargsJson: job.kwargsJson,
        worker: parts.nodename,
        retries: job.retries,
        queue: job.queue,
        stampsJson: job.stampsJson ?? null,
      }
    : null
  const subject = { taskId: job.taskId, groupId: job.groupId, parentId: job.parentId, extended }
  const children = state.status === STARTED ? [] : parts.children.of(job.taskId)
  await parts.backend.store(resultDocument(subject, { ...state, children, atMs: parts.clock.nowMs() }))
}

/** As Celery: the event names the exception itself, not what stands in for one that cannot be rebuilt from its args. */
function restoredRepr(error: RaisedError): string {
  if (error.excType !== 'UnpickleableExceptionWrapper') return error.repr
  const [, type, args] = parseJson(error.excMessageJson) as readonly WireValue[] // module, name, args, text
  return `${String(type)}(${(Array.isArray(args) ? args : []).map(pythonRepr).join(', ')})`
}

/** As Celery's "Exception raised outside body": the task's own outcome is unknown, so nothing is stored as its result. */
function outsideBody(job: TraceJob, thrown: unknown, parts: TraceParts): TraceReport {
  const { exceptionRepr, words, traceback } = thrownInWords(thrown)
  parts.log.warning(words)
  parts.signals.send('task_internal_error', { taskId: job.taskId, taskName: job.taskName, reason: exceptionRepr })
  return { kind: 'internal-error', exceptionRepr, traceback }
}

function thrownInWords(thrown: unknown): {
  readonly exceptionRepr: string
  readonly words: string
  readonly traceback: string
} {
  const line = (repr: string): string => `RuntimeWarning: Exception raised outside body: ${repr}:`
  if (thrown instanceof HandlerRaised) {
    const { repr, tracebackText } = thrown.raised
    return { exceptionRepr: repr, words: `${line(repr)}\n${tracebackText.trimEnd()}`, traceback: tracebackText }
  }
  const name = thrown instanceof Error ? thrown.name : 'Error'
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const exceptionRepr = `${name}(${reprString(message)})`
  const traceback = thrown instanceof Error ? (thrown.stack ?? message) : message
  return { exceptionRepr, words: withTraceback(line(exceptionRepr), thrown), traceback }
}

function write(line: TraceLine, log: Log): void {
  log.write(line.level, line.message, 'celery.app.trace')
}
