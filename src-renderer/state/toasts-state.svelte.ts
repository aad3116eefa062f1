/** Problems to tell the learner about, newest last. The same problem again raises a count instead of a second card. */
import type { Problem } from '../../src-main/contract/problem.js'

export interface Toast {
  readonly id: number
  readonly problem: Problem
  readonly times: number
}

const SHOWN_AT_ONCE = 3

/** These are about what a step has running; all others are about the computer or the app, and stay until they are closed. */
const OF_THE_STEP: ReadonlySet<string> = new Set([
  'not-running',
  'not-green',
  'cancelled',
  'terminal-busy',
  'process-not-started',
  'process-too-slow',
  'worker-stopped-hard',
  'worker-still-stopping',
  'file-never-loaded',
  'code-check-broke',
  'orders-unanswered',
  'page-unanswered',
])

export class ToastsState {
  list = $state.raw<readonly Toast[]>([])
  #nextId = 1

  show(problem: Problem): void {
    const same = this.list.find((toast) => toast.problem.code === problem.code && toast.problem.what === problem.what)
    if (same !== undefined) {
      this.list = this.list.map((toast) => (toast === same ? { ...toast, times: toast.times + 1 } : toast))
      return
    }
    this.list = [...this.list.slice(1 - SHOWN_AT_ONCE), { id: this.#nextId++, problem, times: 1 }]
  }

  /** What went wrong in the step before is over: its processes and its files are gone. */
  stepOpened(): void {
    this.list = this.list.filter((toast) => !OF_THE_STEP.has(toast.problem.code))
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
