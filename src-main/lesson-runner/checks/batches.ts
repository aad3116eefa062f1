/**
 * `batches`: the same batch of tasks done with different numbers of children, and how long each took. A batch begins with a message while
 * none of its task is under way, and ends when all of them have ended. From the wire, the pools' slots and the process table.
 */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { counted, duration, listed } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const batchesCheck = v.strictObject({
  kind: v.literal('batches'),
  task: v.pipe(v.string(), v.nonEmpty()),
  /** A batch of fewer does not count. */
  tasks: count,
  /** Measured with so many different numbers of children. */
  sizes: count,
  /** With the most children it took at most one part in so many of what it took with the fewest. */
  timesFaster: v.exactOptional(v.pipe(v.number(), v.minValue(1))),
})
export type BatchesCheck = v.InferOutput<typeof batchesCheck>

interface Batch {
  readonly atMs: number
  readonly open: Set<string>
  readonly children: number
  tasks: number
}

export function watchBatches({ task, tasks, sizes, timesFaster }: BatchesCheck): Watch {
  /** The shortest time of a whole batch, by number of children. */
  const shortest = new Map<number, number>()
  let batch: Batch | null = null
  let spoiled = false
  /** What each child is at. */
  const slots = new Map<number, string>()

  const ended = (taskId: string, atMs: number, situation: Situation): void => {
    if (batch === null || !batch.open.delete(taskId) || batch.open.size > 0) return
    const ms = atMs - batch.atMs
    const same = situation.ready('pool-process') === batch.children
    if (batch.tasks >= tasks && same) shortest.set(batch.children, Math.min(ms, shortest.get(batch.children) ?? ms))
    spoiled = !same
    batch = null
  }
  return {
    see({ fact, atMs }, situation) {
      if (fact.kind === 'message-published' && fact.taskName === task) {
        batch ??= { atMs, open: new Set(), children: situation.ready('pool-process'), tasks: 0 }
        if (!batch.open.has(fact.taskId)) batch.tasks += 1
        batch.open.add(fact.taskId)
      }
      if (fact.kind !== 'slot') return
      const before = slots.get(fact.pid)
      if (fact.taskId === null) slots.delete(fact.pid)
      else slots.set(fact.pid, fact.taskId)
      if (before !== undefined && before !== fact.taskId) ended(before, atMs, situation)
    },
    verdict() {
      const measured = [...shortest].sort(([left], [right]) => left - right)
      const noun = task.replace(/^tasks\./, '')
      const table = measured.map(([children, ms]) => `${duration(ms)} with ${counted(children, 'slot')}`)
      const numbers =
        measured.length === 0
          ? `No whole batch of ${tasks} ${noun} was measured yet`
          : `${tasks} ${noun}: ${listed(table)}`
      const factor = (measured[0]?.[1] ?? 0) / (measured.at(-1)?.[1] ?? 1)
      const fast = timesFaster === undefined || (measured.length > 1 && factor >= timesFaster)
      const passed = measured.length >= sizes && fast
      if (passed) return { passed, observed: `${numbers}.` }
      const again = spoiled ? ' The number of slots changed during the last batch: send another one.' : ''
      const goal =
        measured.length < sizes
          ? `${counted(sizes, 'different number')} of slots`
          : `a time that is ${timesFaster ?? 1} times shorter`
      return { passed, observed: `${numbers}. Waiting for ${goal}.${again}` }
    },
  }
}
