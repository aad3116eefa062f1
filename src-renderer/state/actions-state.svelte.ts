/**
 * Everything the learner can do, and how far each of it is: pressed and pending, done, or a problem.
 * Two buttons for one action show the same state, because the state belongs to the action.
 */
import type { Problem, Reply } from '../../src-main/contract/problem.js'
import type { LearnerAction } from '../../src-main/contract/views.js'
import type { Ask } from '../bridge/bridge.js'

export type ActionStatus =
  | { readonly is: 'idle' }
  | { readonly is: 'pending' }
  | { readonly is: 'done' }
  | { readonly is: 'problem'; readonly problem: Problem }

const IDLE: ActionStatus = { is: 'idle' }
/** How long a button says "done". */
const DONE_SHOWN_MS = 1500

export class ActionsState {
  #statuses = $state.raw<Readonly<Record<string, ActionStatus>>>({})
  /** How many runs of a key have not been answered: more than one only for purchases. */
  readonly #open = new Map<string, number>()
  readonly #ask: Ask
  readonly #onProblem: (problem: Problem) => void

  constructor(ask: Ask, onProblem: (problem: Problem) => void) {
    this.#ask = ask
    this.#onProblem = onProblem
  }

  status(key: string): ActionStatus {
    return this.#statuses[key] ?? IDLE
  }

  /** Runs one thing under a key; a second press while it runs does nothing. */
  async run(key: string, work: () => Promise<Reply<unknown>>): Promise<boolean> {
    return this.status(key).is === 'pending' ? false : this.#runAnyway(key, work)
  }

  async #runAnyway(key: string, work: () => Promise<Reply<unknown>>): Promise<boolean> {
    this.#count(key, 1)
    this.#set(key, { is: 'pending' })
    const reply = await work()
    if (this.#count(key, -1) > 0) {
      if (!reply.ok) this.#onProblem(reply.problem)
      return reply.ok
    }
    if (reply.ok) {
      this.#set(key, { is: 'done' })
      setTimeout(() => {
        if (this.status(key).is === 'done') this.#set(key, IDLE)
      }, DONE_SHOWN_MS)
      return true
    }
    this.#set(key, { is: 'problem', problem: reply.problem })
    this.#onProblem(reply.problem)
    return false
  }

  /** The learner's actions in the lab and the lesson, as data. */
  act(
    action: LearnerAction,
    context: { readonly step: string; readonly solution: (file: string) => string | null },
  ): Promise<boolean> {
    const work = (): Promise<Reply<unknown>> => this.#carryOut(action, context)
    // Whoever presses "Buy" twice wants two tickets, also while the first page is still waiting for its mail.
    return action.do === 'buy' ? this.#runAnyway(actionKey(action), work) : this.run(actionKey(action), work)
  }

  #carryOut(
    action: LearnerAction,
    context: { readonly step: string; readonly solution: (file: string) => string | null },
  ): Promise<Reply<unknown>> {
    switch (action.do) {
      case 'buy':
        return this.#ask('web.buy', { count: action.count, path: action.path, together: action.together })
      case 'visit':
        return this.#ask('web.visit', { path: action.path, method: action.method })
      case 'start-worker':
        return this.#ask('worker.start', { worker: action.worker })
      case 'stop-worker':
        return this.#ask('worker.stop', { worker: action.worker, how: action.how ?? 'warm' })
      case 'restart-worker':
        return this.#ask('worker.restart', { worker: action.worker })
      case 'restart-web':
        return this.#ask('web.restart', {})
      case 'start-beat':
        return this.#ask('beat.start', {})
      case 'stop-beat':
        return this.#ask('beat.stop', {})
      case 'restart-beat':
        return this.#ask('beat.restart', {})
      case 'mark-run':
        return this.#ask('crontab.mark', action.mark)
      case 'fault':
        return this.#ask('fault.apply', action.fault)
      case 'python':
      case 'console':
        return this.#ask('terminal.type', { terminal: action.do, line: action.line })
      case 'answer':
        return this.#ask('lesson.answer', { question: action.question, choice: action.choice })
      case 'write-note':
        return this.#ask('lesson.note', { step: context.step, text: action.text })
      case 'save-file': {
        const text = context.solution(action.file)
        return text === null
          ? Promise.resolve({ ok: false, problem: noSolution(action.file) })
          : this.#ask('file.save', { name: action.file, text })
      }
      case 'export-project':
        return this.#ask('project.export', {})
      case 'sequence':
        return this.#ask('lesson.play', { step: context.step, label: labelOf(action) })
      case 'wait':
      case 'look-at':
      case 'wait-for':
      case 'wait-for-children':
        return Promise.resolve({ ok: true, value: null }) // checks listen by themselves; only scripts wait
    }
  }

  #count(key: string, change: number): number {
    const open = (this.#open.get(key) ?? 0) + change
    this.#open.set(key, open)
    return open
  }

  #set(key: string, status: ActionStatus): void {
    this.#statuses = { ...this.#statuses, [key]: status }
  }
}

/** The same action has the same key wherever its button stands. A label is not part of the action. */
export function actionKey(action: LearnerAction): string {
  const { label: _label, ...rest } = action as LearnerAction & { readonly label?: string } // StepAction adds a label
  return JSON.stringify(rest)
}

/** A script is a step's button, so it has a label. */
function labelOf(action: LearnerAction & { readonly label?: string }): string {
  return action.label ?? ''
}

function noSolution(file: string): Problem {
  return {
    code: 'no-solution',
    what: `This step has no solution text for ${file}.`,
    meaning: 'Your file is unchanged.',
    next: 'Edit the file yourself, or press Show me.',
  }
}
