/**
 * What a worker asks a pool process to run, and what it hears back. Plain data for IPC: everything that came off the
 * wire travels as JSON text in kombu's dialect, because Node's IPC would lose big integers and `2.0`.
 */
import type { RaisedError } from './task-runner.js'

export interface TraceJob {
  readonly taskName: string
  /** `shadow` or the task's name: what log lines show. */
  readonly displayName: string
  readonly taskId: string
  readonly argsJson: string
  readonly kwargsJson: string
  /** What becomes `self.request`, by Celery's names. */
  readonly requestJson: string
  readonly groupId: string | null
  readonly parentId: string | null
  readonly retries: number
  readonly queue: string | null
  readonly ignoreResult: boolean
  readonly storeErrorsEvenIfIgnored: boolean
  readonly trackStarted: boolean
  readonly resultExtended: boolean
  /** What a result_extended result tells of its stamps: `stamped_headers` and each of them. null: it has none. */
  readonly stampsJson?: string | null
  /** It came again, acks late, and `worker_deduplicate_successful_tasks` is on: not run when it has succeeded already. */
  readonly deduplicates: boolean
  /** The message asks for more after this task: callbacks, errbacks, a chain or a chord. */
  readonly continues: boolean
  /** It has ended, and the worker has stored how: only what follows is left to do. */
  readonly ended?: EndedElsewhere
}

/** What the worker's main process says of a task whose own process cannot: it was killed, or never began. */
export interface EndedElsewhere {
  readonly state: 'FAILURE' | 'REVOKED'
  readonly error: RaisedError
}

/** How the task ended, for the worker's events and acks. The result itself is already stored. */
export type TraceReport =
  /** null: it was not run, because it had succeeded already. */
  | { readonly kind: 'success'; readonly resultRepr: string | null; readonly runtimeSeconds: number | null }
  | { readonly kind: 'failure'; readonly exceptionRepr: string; readonly traceback: string }
  | { readonly kind: 'retry'; readonly exceptionRepr: string; readonly traceback: string }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'rejected'; readonly requeue: boolean }
  /** The host around the task broke: nothing is stored, as Celery's "Exception raised outside body". */
  | { readonly kind: 'internal-error'; readonly exceptionRepr: string; readonly traceback: string }
