/**
 * The handlers and signal receivers of a task's own that run after its body: `on_success` once the result is stored,
 * `after_return` once the end was logged. The runner says with the outcome which there are. Celery: celery/app/trace.py
 */
import type { AfterwardsPart, RaisedError, TaskOutcome, TaskRunner } from './task-runner.js'

/** What a handler raised: the task has ended by then, so this is no failure of the task. */
export class HandlerRaised extends Error {
  readonly raised: RaisedError

  constructor(raised: RaisedError) {
    super(raised.repr)
    this.raised = raised
  }
}

export class OwnCode {
  private readonly runner: Pick<TaskRunner, 'afterwards'>
  private readonly left: Set<AfterwardsPart>
  private open: boolean

  constructor(outcome: TaskOutcome, runner: Pick<TaskRunner, 'afterwards'>) {
    this.runner = runner
    this.left = new Set(outcome.afterwards)
    this.open = this.left.size > 0
  }

  /** Nothing when there is nothing to do in it. What a handler raises is the end of all parts. */
  async run(part: AfterwardsPart): Promise<void> {
    if (!this.left.delete(part)) return
    if (this.left.size === 0) this.open = false
    const raised = await this.runner.afterwards?.(part)
    if (!raised) return
    this.open = false
    throw new HandlerRaised(raised)
  }

  /** When something went wrong before: `task_postrun` is sent, and the task is the current one no more. */
  async end(): Promise<void> {
    if (this.open) await this.runner.afterwards?.('end')
    this.open = false
  }
}
