/**
 * A task's own handlers: what of its code runs around its body. Each gets the running task first; what Celery hands over
 * beside it (the id, the arguments) is in `self.request`. Celery: celery/app/task.py (before_start, on_success …), celery/app/trace.py
 */
import { FAILURE, RETRY, SUCCESS } from '../states.js'
import type { AfterwardsPart } from '../trace/task-runner.js'
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

/** How a task ended, for the handlers that run after that. */
export interface EndedTask {
  readonly self: RunningTask
  readonly handlers: TaskHandlers
  readonly state: string
  readonly value: unknown
}

/** Those parts in which there is a handler to call. */
export function partsOf({ handlers, state }: EndedTask): readonly AfterwardsPart[] {
  const stored = { [SUCCESS]: handlers.onSuccess, [FAILURE]: handlers.onFailure, [RETRY]: handlers.onRetry }[state]
  return [
    ...(stored ? (['stored'] as const) : []),
    ...(returns(state) && handlers.afterReturn ? (['logged'] as const) : []),
  ]
}

export async function callHandler(part: AfterwardsPart, { self, handlers, state, value }: EndedTask): Promise<void> {
  if (part === 'logged') await handlers.afterReturn?.(self, state, value)
  else if (state === SUCCESS) await handlers.onSuccess?.(self, value)
  else if (state === RETRY)
    await handlers.onRetry?.(self, value as Error | null) // as the runner gives it
  else await handlers.onFailure?.(self, value as Error)
}

/** As Celery: a retry is no return. */
function returns(state: string): boolean {
  return state === SUCCESS || state === FAILURE
}
