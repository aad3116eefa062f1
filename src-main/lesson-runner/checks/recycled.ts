/**
 * `recycled`: children that ended on purpose after so many tasks, and were replaced by others that are smaller. From the pools' slots, the
 * process table and `memory` facts.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, megabytes } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const recycledCheck = v.strictObject({
  kind: v.literal('recycled'),
  /** So many that were replaced. */
  children: count,
  /** And no child of the step began more tasks than this. */
  tasksAtMost: count,
  /** So many tasks have begun in all. */
  tasks: count,
})
export type RecycledCheck = v.InferOutput<typeof recycledCheck>

export function watchRecycled({ children, tasksAtMost, tasks }: RecycledCheck): Watch {
  const begun = new Map<number, number>()
  const size = new Map<number, number>()
  const replaced: number[] = []
  let waitingForSuccessor: number[] = []
  /** A child, and the one in its place, both measured. */
  let drop: { readonly from: number; readonly to: number } | null = null
  const successors = new Map<number, number>()
  return {
    see({ fact }, situation) {
      switch (fact.kind) {
        case 'slot':
          if (fact.taskId !== null) begun.set(fact.pid, (begun.get(fact.pid) ?? 0) + 1)
          return
        case 'memory': {
          if (situation.isLoading(fact.pid)) return
          size.set(fact.pid, fact.rssBytes)
          const from = size.get(successors.get(fact.pid) ?? 0)
          if (from === undefined || from <= fact.rssBytes) return
          drop ??= { from, to: fact.rssBytes }
          return
        }
        case 'process-exited':
          // One that was killed, or that ended unexpectedly, is not recycled.
          if (fact.role === 'pool-process' && fact.signal === null && fact.expected && begun.has(fact.pid))
            waitingForSuccessor.push(fact.pid)
          return
        case 'process-started': {
          if (fact.role !== 'pool-process') return
          const [gone, ...rest] = waitingForSuccessor
          if (gone === undefined) return
          waitingForSuccessor = rest
          successors.set(fact.pid, gone)
          replaced.push(gone)
          return
        }
        default:
          return
      }
    },
    verdict() {
      const counts = [...begun.values()]
      const total = counts.reduce((sum, one) => sum + one, 0)
      const most = Math.max(0, ...counts)
      const within = most <= tasksAtMost
      const passed = replaced.length >= children && within && total >= tasks && drop !== null
      const sizes =
        drop === null
          ? ''
          : `; one of ${megabytes(drop.from)} MB was replaced by one that began with ${megabytes(drop.to)} MB`
      const numbers = `${counted(replaced.length, 'child', 'children')} replaced, at most ${counted(most, 'task')} in one child, ${total} in all${sizes}`
      if (passed) return { passed, observed: `${numbers}.` }
      const goal = [
        ...(replaced.length < children ? [`${counted(children, 'child', 'children')} to be replaced`] : []),
        ...(total < tasks ? [`${counted(tasks, 'task')} in all`] : []),
        ...(within ? [] : [`no child with more than ${tasksAtMost}: reset the step and try again`]),
        ...(drop === null ? ['a new child that is smaller than the one before it'] : []),
      ]
      return { passed, observed: `${numbers}. Waiting for ${goal.join(' and ')}.` }
    },
  }
}
