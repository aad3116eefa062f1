/**
 * `ran-again`: one task id that was begun more than once, in different pool processes. With `overlapping`, the second began while the
 * first was still at it. From the pool's own slots and the process table; success from Celery's events, mails from the ledger.
 */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const ranAgainCheck = v.strictObject({
  kind: v.literal('ran-again'),
  overlapping: v.exactOptional(v.boolean(), false),
  /** In so many processes, one after the other. */
  processes: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(2)), 2),
  /** And it has succeeded after that. */
  succeeded: v.exactOptional(v.boolean(), false),
  /** And all its runs together have sent exactly so many mails. */
  mails: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** And the first run had sent one before it came to the second. */
  firstSentIt: v.exactOptional(v.boolean(), false),
})
export type RanAgainCheck = v.InferOutput<typeof ranAgainCheck>

interface Runs {
  readonly pids: number[]
  overlapped: boolean
  succeededAfter: boolean
  /** The pid that each of its mails came from. */
  readonly mailedBy: (number | null)[]
}

export function watchRanAgain({ overlapping, processes, succeeded, mails, firstSentIt }: RanAgainCheck): Watch {
  const tasks = new Map<string, Runs>()
  const runsOf = (taskId: string): Runs => {
    const runs = tasks.get(taskId) ?? { pids: [], overlapped: false, succeededAfter: false, mailedBy: [] }
    tasks.set(taskId, runs)
    return runs
  }
  const began = (taskId: string, pid: number, situation: Situation): void => {
    const runs = runsOf(taskId)
    if (runs.pids.some((other) => other !== pid && situation.taskAt(other) === taskId)) runs.overlapped = true
    if (!runs.pids.includes(pid)) runs.pids.push(pid)
  }
  const ended = ({ pids, overlapped, succeededAfter }: Runs): boolean =>
    pids.length >= processes && (!overlapping || overlapped) && (!succeeded || succeededAfter)
  const counts = (runs: Runs): boolean =>
    ended(runs) &&
    (mails === undefined || runs.mailedBy.length === mails) &&
    (!firstSentIt || runs.mailedBy.includes(runs.pids[0] ?? null))

  return {
    see({ fact }, situation) {
      if (fact.kind === 'slot' && fact.taskId !== null) began(fact.taskId, fact.pid, situation)
      if (fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused && fact.taskId !== null)
        runsOf(fact.taskId).mailedBy.push(fact.pid)
      if (fact.kind !== 'task-event' || fact.type !== 'task-succeeded') return
      const runs = tasks.get(fact.taskId)
      if (runs !== undefined && runs.pids.length > 1) runs.succeededAfter = true
    },
    verdict() {
      const runs = [...tasks.values()]
      const found = runs.find(counts)
      if (found !== undefined) {
        const how = overlapping ? ' at the same time' : succeeded ? ', one after the other, and succeeded' : ''
        const sent = mails === undefined ? '' : ` It sent ${counted(mails, 'mail')} in all.`
        return { passed: true, observed: `One task ran in pids ${found.pids.join(' and ')}${how}.${sent}` }
      }
      const first = firstSentIt ? ', the first of them by its first run' : ''
      const goal = `Waiting for one that sends ${counted(mails ?? 1, 'mail')} in all${first}.`
      const again = runs.filter(({ pids }) => pids.length > 1)
      const wanted = overlapping ? 'a task that runs in two processes at the same time' : 'a task that runs again'
      if (again.length === 0) {
        const seen = runs.length === 0 ? 'No task has begun' : 'No task has run in a second process'
        return { passed: false, observed: `${seen}. Waiting for ${wanted}.` }
      }
      const last = again.findLast(ended)
      if (last !== undefined) return { passed: false, observed: `A task ran again and ${mailWords(last)}. ${goal}` }
      const most = Math.max(...again.map(({ pids }) => pids.length))
      if (most < processes)
        return { passed: false, observed: `A task has run in ${most} processes. Waiting for ${processes}.` }
      const overlaps = again.some(({ overlapped }) => overlapped)
      const missing = overlapping && !overlaps ? 'but not at the same time' : 'and has not succeeded yet'
      return { passed: false, observed: `A task ran a second time, ${missing}.` }
    },
  }
}

function mailWords({ mailedBy, pids }: Runs): string {
  const inFirst = mailedBy.filter((pid) => pid === pids[0]).length
  return `sent ${counted(mailedBy.length, 'mail')} in all, ${inFirst} of them in its first run`
}
