/**
 * `waits`: how long tasks waited, from the moment their message was first published to the moment a child began them, or their mail was out.
 * From `message-published`, `slot` and `ledger-row` facts, by task id. One that still waits has waited at least until now.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { duration } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const waitsCheck = v.strictObject({
  kind: v.literal('waits'),
  /** Only tasks of this name. */
  task: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  until: v.picklist(['begun', 'mail']),
  /** Only those that were sent while a task of this name was under way or waiting itself. */
  beside: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  /** The newest so many are looked at: what was sent before something was mended does not spoil it. */
  tasks: count,
  /** Of those, so many percent. */
  share: v.exactOptional(v.pipe(count, v.maxValue(100)), 100),
  /** The first of them was sent so long before the last. */
  sentOverMs: v.exactOptional(count),
  underMs: v.exactOptional(count),
  /** At least one of them waited longer than this. */
  overMs: v.exactOptional(count),
})
export type WaitsCheck = v.InferOutput<typeof waitsCheck>

export function watchWaits({ task, until, beside, tasks, share, sentOverMs = 0, underMs, overMs }: WaitsCheck): Watch {
  const since = new Map<string, number>()
  const waited = new Map<string, number>()
  /** Tasks named by `beside` that have not ended, and what each child is at. */
  const others = new Set<string>()
  const slots = new Map<number, string>()
  let nowMs = 0
  const over = (taskId: string | null, atMs: number): void => {
    const began = taskId === null ? undefined : since.get(taskId)
    if (taskId === null || began === undefined || waited.has(taskId)) return
    waited.set(taskId, atMs - began)
  }
  const slot = (pid: number, taskId: string | null): void => {
    const before = slots.get(pid)
    if (before !== undefined && before !== taskId) others.delete(before)
    if (taskId === null) slots.delete(pid)
    else slots.set(pid, taskId)
  }
  return {
    see({ fact, atMs }) {
      nowMs = atMs
      if (fact.kind === 'message-published') {
        if (fact.taskName === beside) others.add(fact.taskId)
        const counts = (task === undefined || fact.taskName === task) && (beside === undefined || others.size > 0)
        if (counts && !since.has(fact.taskId)) since.set(fact.taskId, atMs)
      }
      if (fact.kind === 'slot') slot(fact.pid, fact.taskId)
      if (fact.kind === 'process-exited') slot(fact.pid, null)
      if (until === 'begun' && fact.kind === 'slot') over(fact.taskId, atMs)
      if (until === 'mail' && fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused)
        over(fact.taskId, atMs)
    },
    verdict() {
      const noun = task === undefined ? 'task' : task.replace(/^tasks\./, '')
      const end = until === 'begun' ? 'began' : 'had their mail'
      const newest = [...since].slice(-tasks)
      const besides = beside === undefined ? '' : ` beside a ${beside.replace(/^tasks\./, '')}`
      if (newest.length === 0)
        return { passed: false, observed: `No ${noun} was sent${besides} yet. Waiting for ${tasks}.` }
      const all = newest.map(([taskId, began]) => ({
        ended: waited.has(taskId),
        ms: waited.get(taskId) ?? nowMs - began,
      }))
      const sentOver = (newest.at(-1)?.[1] ?? 0) - (newest[0]?.[1] ?? 0)
      const longest = Math.max(...all.map(({ ms }) => ms))
      const ended = all.filter((one) => one.ended).length
      const quick = all.filter((one) => one.ended && (underMs === undefined || one.ms < underMs)).length
      const percent = Math.floor((100 * quick) / tasks)
      const passed =
        ended >= Math.ceil((tasks * share) / 100) &&
        sentOver >= sentOverMs &&
        (underMs === undefined || percent >= share) &&
        (overMs === undefined || longest > overMs) &&
        (underMs !== undefined || overMs !== undefined)
      const within = underMs === undefined ? '' : `, ${quick} of them within ${duration(underMs)}`
      const numbers = `${ended} of the newest ${newest.length} ${noun}${besides} ${end}${within}; the longest wait was ${duration(longest)}`
      if (passed) return { passed, observed: `${numbers}.` }
      const goal = [
        ...(newest.length < tasks ? [`${tasks} in a row`] : []),
        ...(sentOver < sentOverMs ? [`${tasks} that are sent over ${duration(sentOverMs)} or more`] : []),
        ...(underMs !== undefined && percent < share ? [`${share} % of ${tasks} within ${duration(underMs)}`] : []),
        ...(overMs !== undefined && longest <= overMs ? [`a wait of over ${duration(overMs)}`] : []),
      ]
      return { passed, observed: `${numbers}. Waiting for ${goal.length === 0 ? `the others` : goal.join(' and ')}.` }
    },
  }
}
