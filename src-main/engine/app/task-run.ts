/**
 * One run of a task as its own code sees it: the handlers of the task and the receivers of its signals, in front of the body
 * and after its end. Whatever they send is a child of the task. Celery: celery/app/trace.py (trace_task, handle_failure …)
 */
import { FAILURE, RETRY, SUCCESS } from '../states.js'
import type { AfterwardsPart, RaisedError } from '../trace/task-runner.js'
import type { CodeSignals } from './code-signals.js'
import { asError, raisedError, tracebackText } from './raised-error.js'
import type { RunningTask } from './running-task.js'
import type { Task } from './task.js'

export interface TaskRunParts {
  readonly task: Task
  readonly self: RunningTask
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly signals: CodeSignals
  /** Runs what is given as the current task. */
  readonly asCurrent: <R>(code: () => R) => R
}

export class TaskRun {
  private readonly parts: TaskRunParts
  private state: string | null = null
  /** What the task returned, or what ended it. */
  private retval: unknown = null
  private isOpen = true

  constructor(parts: TaskRunParts) {
    this.parts = parts
  }

  begin(): Promise<void> {
    const { signals, task } = this.parts
    return this.asCurrent(() => signals.taskPrerun.send(task, { ...this.called, task }))
  }

  /** null: it is not known how. */
  ended(state: string | null, retval: unknown): void {
    this.state = state
    this.retval = retval
  }

  get given(): Pick<TaskRunParts, 'args' | 'kwargs'> {
    const { args, kwargs } = this.parts
    return { args, kwargs }
  }

  /** Those in which there is something to do. */
  get afterwards(): readonly AfterwardsPart[] {
    const returns = this.returns && this.parts.task.options.afterReturn !== undefined
    return [
      ...(this.handlesResult ? (['stored'] as const) : []),
      ...(returns || this.parts.signals.taskPostrun.hasReceivers ? (['logged'] as const) : []),
    ]
  }

  /** The last part, an error and 'end' are the end of the call. Answers what a handler threw. */
  async run(part: AfterwardsPart | 'end'): Promise<RaisedError | null> {
    if (!this.isOpen) return null
    const isLast = part !== 'stored' || !this.afterwards.includes('logged')
    try {
      if (part === 'stored') await this.asCurrent(() => this.stored())
      else if (part === 'logged') await this.asCurrent(() => this.logged())
    } catch (thrown) {
      if (part === 'stored' && this.state !== SUCCESS) this.ended(null, null) // As Celery: it knows these only now
      await this.internalError(asError(thrown))
      await this.postrun()
      return raisedError(thrown, this.parts.self.name)
    }
    if (isLast) await this.postrun()
    return null
  }

  private async stored(): Promise<void> {
    const { task, self, signals } = this.parts
    const { onSuccess, onRetry, onFailure } = task.options
    const { request } = self
    if (this.state === SUCCESS) {
      await onSuccess?.(self, this.retval)
      await signals.taskSuccess.send(task, { result: this.retval, request })
      return
    }
    const error = this.retval as Error // as the runner gives it
    const traceback = tracebackText(error)
    if (this.state === RETRY) {
      await onRetry?.(self, (error as { exc?: Error | null }).exc ?? null)
      await signals.taskRetry.send(task, { request, reason: error, traceback })
    } else if (this.state === FAILURE) {
      await onFailure?.(self, error)
      await signals.taskFailure.send(task, { ...this.called, exception: error, traceback })
    }
  }

  private async logged(): Promise<void> {
    const { task, self } = this.parts
    if (this.returns) await task.options.afterReturn?.(self, this.state ?? '', this.retval)
  }

  private internalError(exception: Error): Promise<void> {
    const { signals, task } = this.parts
    const fields = { ...this.called, exception, traceback: tracebackText(exception) }
    return this.asCurrent(() => signals.taskInternalError.send(task, fields))
  }

  private async postrun(): Promise<void> {
    const { signals, task } = this.parts
    const { state, retval } = this
    this.isOpen = false
    await this.asCurrent(() => signals.taskPostrun.send(task, { ...this.called, task, retval, state }))
  }

  private get handlesResult(): boolean {
    const { task, signals } = this.parts
    const { onSuccess, onRetry, onFailure } = task.options
    switch (this.state) {
      case SUCCESS:
        return onSuccess !== undefined || signals.taskSuccess.hasReceivers
      case RETRY:
        return onRetry !== undefined || signals.taskRetry.hasReceivers
      case FAILURE:
        return onFailure !== undefined || signals.taskFailure.hasReceivers
      default:
        return false
    }
  }

  /** As Celery: a retry is no return. */
  private get returns(): boolean {
    return this.state === SUCCESS || this.state === FAILURE
  }

  private get called() {
    const { self, args, kwargs } = this.parts
    return { taskId: self.request.id, args, kwargs, request: self.request }
  }

  private asCurrent<R>(code: () => R): R {
    return this.parts.asCurrent(code)
  }
}
