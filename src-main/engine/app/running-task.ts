/**
 * The task that runs: what a bound task gets as its first parameter, and what every call made meanwhile belongs to.
 * Celery: celery/app/task.py (Task.request, retry, update_state)
 */
import { SoftTimeLimitExceeded } from '../errors.js'
import type { ParentTask } from '../message/prepare-call.js'
import type { LogLevel } from '../ports/log-record.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { RetryOptions, TaskRetry } from './retry.js'
import { parentOf, type TaskRequest } from './task-request.js'

export interface TaskLogger {
  debug(message: string): void
  info(message: string): void
  warning(message: string): void
  error(message: string): void
  critical(message: string): void
}

export interface RunningTaskParts {
  readonly name: string
  readonly request: TaskRequest
  readonly retry: (options: RetryOptions) => Promise<TaskRetry>
  readonly updateState: (state: string, meta: unknown) => Promise<void>
  readonly write: (level: LogLevel, message: string) => void
  /** Also true while no message can reach us, in a loop that never awaits. */
  readonly interrupted: () => boolean
  readonly onChild: (childId: string) => void
  /** The same for what was sent as a canvas, in a result's form. */
  readonly onTree: (tree: WireValue) => void
}

export class RunningTask {
  readonly name: string
  readonly request: TaskRequest
  /** Lines in the worker's log that name this task. Celery: celery/utils/log.py get_task_logger */
  readonly logger: TaskLogger
  private readonly parts: RunningTaskParts
  private readonly controller = new AbortController()

  constructor(parts: RunningTaskParts) {
    this.parts = parts
    this.name = parts.name
    this.request = parts.request
    const { write } = parts
    this.logger = {
      debug: (message) => write('DEBUG', message),
      info: (message) => write('INFO', message),
      warning: (message) => write('WARNING', message),
      error: (message) => write('ERROR', message),
      critical: (message) => write('CRITICAL', message),
    }
  }

  /**
   * Aborts when the soft time limit is over, with SoftTimeLimitExceeded as its reason: give it to fetch and timers.
   * JavaScript cannot be interrupted from outside as Python can: a task that neither uses this, nor calls its app or
   * `checkInterrupt()`, runs on until the hard limit.
   */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Throws SoftTimeLimitExceeded once, when that limit is over: for loops that never await. */
  checkInterrupt(): void {
    if (this.told) return
    if (!this.controller.signal.aborted && this.parts.interrupted()) this.interrupt()
    if (!this.controller.signal.aborted) return
    this.told = true
    throw this.controller.signal.reason
  }

  /** Publishes this call again under the same id, then throws Retry: `throw await self.retry({ exc: error })`. */
  async retry(options: RetryOptions = {}): Promise<never> {
    throw await this.parts.retry(options)
  }

  /** Stores a state of one's own, such as PROGRESS, with its meta. */
  async updateState(state: string, meta: unknown = null): Promise<void> {
    this.checkInterrupt()
    await this.parts.updateState(state, meta)
  }

  /** A pause that the soft time limit ends. */
  sleep(seconds: number): Promise<void> {
    const { signal } = this
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }, seconds * 1000)
      const onAbort = (): void => {
        clearTimeout(timer)
        this.told = true
        reject(signal.reason as Error)
      }
      if (signal.aborted && !this.told) onAbort()
      else signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  // --- for the runner and the app

  get parent(): ParentTask {
    return parentOf(this.request)
  }

  onChild(childId: string): void {
    this.parts.onChild(childId)
  }

  onTree(tree: WireValue): void {
    this.parts.onTree(tree)
  }

  interrupt(): void {
    this.controller.abort(new SoftTimeLimitExceeded())
  }

  /** The limit is the body's: its handlers hear nothing of it, nor does what the body has left running. */
  bodyEnded(): void {
    this.told = true
  }

  /** As Python's exception, the limit is raised once; what the task does after catching it is its own affair. */
  private told = false
}
