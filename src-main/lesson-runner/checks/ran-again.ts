/**
 * `ran-again`: one task id that was begun more than once, in different pool processes. With `overlapping`, the second began while the
 * first was still at it. From the pool's own slots and the process table; success from Celery's events.
 */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'

export const ranAgainCheck = v.strictObject({
  kind: v.literal('ran-again'),
  overlapping: v.exactOptional(v.boolean(), false),
  /** And it has succeeded after that. */
  succeeded: v.exactOptional(v.boolean(), false),
})
export type RanAgainCheck = v.InferOutput<typeof ranAgainCheck>

interface Runs {
  readonly pids: number[]
  overlapped: boolean
  succeededAfter: boolean
}

export function watchRanAgain({ overlapping, succeeded }: RanAgainCheck): Watch {
  const tasks = new Map<string, Runs>()
  const began = (taskId: string, pid: number, situation: Situation): void => {
    const runs = tasks.get(taskId) ?? { pids: [], overlapped: false, succeededAfter: false }
    tasks.set(taskId, runs)
    if (runs.pids.some((other) => other !== pid && situation.taskAt(other) === taskId)) runs.overlapped = true
    if (!runs.pids.includes(pid)) runs.pids.push(pid)
  }
  const counts = ({ pids, overlapped, succeededAfter }: Runs): boolean =>
    pids.length > 1 && (!overlapping || overlapped) && (!succeeded || succeededAfter)

  return {
    see({ fact }, situation) {
      if (fact.kind === 'slot' && fact.taskId !== null) began(fact.taskId, fact.pid, situation)
      if (fact.kind !== 'task-event' || fact.type !== 'task-succeeded') return
      const runs = tasks.get(fact.taskId)
      if (runs !== undefined && runs.pids.length > 1) runs.succeededAfter = true
    },
    verdict() {
      const runs = [...tasks.values()]
      const found = runs.find(counts)
      if (found !== undefined) {
        const how = overlapping ? ' at the same time' : succeeded ? ', one after the other, and succeeded' : ''
        return { passed: true, observed: `One task ran in pids ${found.pids.join(' and ')}${how}.` }
      }
      const again = runs.filter(({ pids }) => pids.length > 1)
      const wanted = overlapping ? 'a task that runs in two processes at the same time' : 'a task that runs again'
      if (again.length === 0) {
        const seen = runs.length === 0 ? 'No task has begun' : 'No task has run in a second process'
        return { passed: false, observed: `${seen}. Waiting for ${wanted}.` }
      }
      const overlaps = again.some(({ overlapped }) => overlapped)
      const missing = overlapping && !overlaps ? 'but not at the same time' : 'and has not succeeded yet'
      return { passed: false, observed: `A task ran a second time, ${missing}.` }
    },
  }
}
