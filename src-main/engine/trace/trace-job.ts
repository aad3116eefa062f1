/**
 * What a worker asks a pool process to run, and what it hears back. Plain data for IPC: everything that came off the
 * wire travels as JSON text in kombu's dialect, because Node's IPC would lose big integers and `2.0`.
 */

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
  /** It came again, acks late, and `worker_deduplicate_successful_tasks` is on: not run when it has succeeded already. */
  readonly deduplicates: boolean
  /** The message asks for more after this task: callbacks, errbacks, a chain or a chord. */
  readonly continues: boolean
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
