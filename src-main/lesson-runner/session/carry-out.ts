/** Carries out a learner's actions as data against the real lab: what a solution lists, what `prepare` needs, what adjusting a start state takes. */
import { setTimeout as passing } from 'node:timers/promises'
import type { Problem, Reply } from '../../contract/problem.js'
import type { LearnerAction } from '../../contract/views.js'
import type { Lab } from '../../lab/lab-interface.js'
import { lookAt } from './look-at.js'
import { waitFor } from './waiting.js'

export interface Hands {
  readonly lab: Lab
  readonly signal: AbortSignal
  /** The file as it is in the solution, or in one of the versions on the way to it. `more`: the next action saves another one, and both are loaded then. */
  saveSolutionFile(file: string, version: string | undefined, more: boolean): Promise<Reply<null>>
  answer(question: string, choice: readonly string[]): Promise<Reply<null>>
  writeNote(text: string): Promise<Reply<null>>
  exportProject(): Promise<Reply<null>>
  /** Are these checks of the open step green? */
  areGreen(checks: readonly string[]): boolean
  /** The first sentence of what is still missing. */
  missing(checks: readonly string[]): string
}

/** Everything was done, and the checks did not turn green in time. */
export const NOT_GREEN = 'not-green'

export const CANCELLED: Problem = {
  code: 'cancelled',
  what: 'You stopped it half way.',
  meaning: 'What had been done by then stays done.',
  next: 'Press “Reset step” to begin the step again.',
}

export async function carryOut(actions: readonly LearnerAction[], hands: Hands): Promise<Reply<null>> {
  const aborted = whenAborted(hands.signal)
  for (const [index, action] of actions.entries()) {
    if (hands.signal.aborted) return { ok: false, problem: CANCELLED }
    const reply = await Promise.race([carryOutOne(action, hands, actions[index + 1]), aborted])
    if (!reply.ok) return reply
  }
  return { ok: true, value: null }
}

async function carryOutOne(action: LearnerAction, hands: Hands, next?: LearnerAction): Promise<Reply<null>> {
  const { lab } = hands
  switch (action.do) {
    case 'buy':
      return lab.buy({ count: action.count, path: action.path, together: action.together })
    case 'visit':
      return lab.visit({ path: action.path, method: action.method })
    case 'start-worker':
      return lab.startWorker(action.worker)
    case 'stop-worker':
      return lab.stopWorker(action.worker, action.how ?? 'warm')
    case 'restart-worker':
      return lab.restartWorker(action.worker)
    case 'restart-web':
      return lab.restartWeb()
    case 'start-beat':
      return lab.startBeat()
    case 'stop-beat':
      return lab.stopBeat()
    case 'restart-beat':
      return lab.restartBeat()
    case 'mark-run': {
      const marked = lab.markRun(action.mark)
      return marked.ok ? { ok: true, value: null } : marked
    }
    case 'fault':
      return lab.applyFault(action.fault)
    case 'python':
    case 'console': {
      const { do: terminal, ...typed } = action
      return lab.typed.typeLine({ terminal, ...typed, signal: hands.signal })
    }
    case 'save-file':
      return hands.saveSolutionFile(action.file, action.version, next?.do === 'save-file')
    case 'answer':
      return hands.answer(action.question, action.choice)
    case 'write-note':
      return hands.writeNote(action.text)
    case 'export-project':
      return hands.exportProject()
    case 'sequence':
      return carryOut(action.of, hands)
    case 'wait':
      return passed(action.forMs, hands.signal)
    case 'look-at':
      return lookAt(action, lab)
    case 'wait-for':
      return waitUntil(hands, action.timeoutSeconds, {
        holds: () => hands.areGreen(action.checks),
        for: 'the step to turn green',
        missing: () => hands.missing(action.checks),
      })
    case 'wait-for-children': {
      const ready = (): number => readyChildren(lab, action.worker)
      return waitUntil(hands, action.timeoutSeconds, {
        holds: () => ready() >= action.ready,
        for: `${action.ready} children of ${action.worker}`,
        missing: () => `Ready so far: ${ready()}.`,
      })
    }
  }
}

/** Ends early, and well, when it is cancelled: what comes next sees that by itself. */
async function passed(forMs: number, signal: AbortSignal): Promise<Reply<null>> {
  await passing(forMs, undefined, { signal }).catch(() => undefined)
  return { ok: true, value: null }
}

function readyChildren(lab: Lab, worker: string): number {
  const process = lab.view().processes.find(({ name }) => name === worker)
  return process?.children.filter(({ state }) => state !== 'starting').length ?? 0
}

interface Goal {
  readonly holds: () => boolean
  /** “Waited 20 s for …” */
  readonly for: string
  /** A sentence, when the time is over. */
  readonly missing: () => string
}

async function waitUntil(hands: Hands, timeoutSeconds: number, goal: Goal): Promise<Reply<null>> {
  const { lab, signal } = hands
  const outcome = await waitFor({ record: lab.record, holds: goal.holds, timeoutMs: timeoutSeconds * 1000, signal })
  if (outcome === 'held') return { ok: true, value: null }
  if (outcome === 'cancelled') return { ok: false, problem: CANCELLED }
  return {
    ok: false,
    problem: {
      code: NOT_GREEN,
      what: `Waited ${timeoutSeconds} s for ${goal.for}. ${goal.missing()}`,
      meaning: 'Everything that was done stays as it is.',
      next: 'Wait a little longer, or press “Reset step” and try again.',
    },
  }
}

async function whenAborted(signal: AbortSignal): Promise<Reply<null>> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ ok: false, problem: CANCELLED }), { once: true })
  })
}
