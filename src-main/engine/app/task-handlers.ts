/**
 * A task's own handlers: what of its code runs around its body. Each gets the running task first; what Celery hands over
 * beside it (the id, the arguments) is in `self.request`. Celery: celery/app/task.py (before_start, on_success …), celery/app/trace.py
 */
import type { RunningTask } from './running-task.js'

export interface TaskHandlers {
  /** In front of the body; what it throws is the task's failure. */
  readonly beforeStart?: (self: RunningTask) => unknown
  /** Once the result is stored, as the three that follow. What they throw changes no result. */
  readonly onSuccess?: (self: RunningTask, value: unknown) => unknown
  readonly onFailure?: (self: RunningTask, error: Error) => unknown
  /** null: retry() was called without `exc`. */
  readonly onRetry?: (self: RunningTask, error: Error | null) => unknown
  /** After the end was logged, of a success (`value`) and of a failure (the error). */
  readonly afterReturn?: (self: RunningTask, state: string, value: unknown) => unknown
}

export const handlerNames = ['beforeStart', 'onSuccess', 'onFailure', 'onRetry', 'afterReturn'] as const
