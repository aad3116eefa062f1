/** Problems to tell the learner about, newest last. The same problem again raises a count instead of a second card. */
import type { Problem } from '../../src-main/contract/problem.js'

export interface Toast {
  readonly id: number
  readonly problem: Problem
  readonly times: number
}

const SHOWN_AT_ONCE = 3

/** These are about the computer or the lab as a whole, whichever step is open. */
const OF_THE_APP: ReadonlySet<string> = new Set([
  'disk-full',
  'data-folder-unwritable',
  'record-not-written',
  'redis-missing',
  'redis-not-started',
  'port-taken',
  'world-not-started',
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
    this.list = this.list.filter((toast) => OF_THE_APP.has(toast.problem.code))
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}
