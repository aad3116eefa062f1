/**
 * `cancelled-task`: a row that the web app marked as cancelled, and what became of the task whose id stands in the same row. From the
 * database's rows, the process table (did a worker run when it was cancelled?), the ledger, and Celery's events.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

const column = v.pipe(v.string(), v.nonEmpty())

export const cancelledTaskCheck = v.strictObject({
  kind: v.literal('cancelled-task'),
  table: column,
  /** True in a row that is cancelled. */
  column,
  /** The column that holds the task id. */
  task: column,
  /** Only rows that were cancelled while no worker ran. */
  unheard: v.exactOptional(v.boolean(), false),
  /** The task sent its mail all the same, after that; or, false, it succeeded without one. */
  mailed: v.boolean(),
})
export type CancelledTaskCheck = v.InferOutput<typeof cancelledTaskCheck>

/** A mail is told by the mail server and a success by Redis: either may be heard first. */
const MAIL_LATE_BY_AT_MOST_MS = 500

export function watchCancelledTask(wanted: CancelledTaskCheck): Watch {
  const cancelled = new Set<string>()
  const mailed = new Set<string>()
  const mailedAfter = new Set<string>()
  const succeededAtMs = new Map<string, number>()
  let nowMs = 0
  return {
    see({ fact, atMs }, situation) {
      nowMs = atMs
      if (fact.kind === 'db-row' && fact.table === wanted.table && fact.row[wanted.column] === true) {
        const id = fact.row[wanted.task]
        if (typeof id === 'string' && (!wanted.unheard || situation.running('worker') === 0)) cancelled.add(id)
      }
      if (fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused && fact.taskId !== null) {
        mailed.add(fact.taskId)
        if (cancelled.has(fact.taskId)) mailedAfter.add(fact.taskId)
      }
      if (fact.kind === 'task-event' && fact.type === 'task-succeeded') succeededAtMs.set(fact.taskId, atMs)
    },
    verdict() {
      const out = mailedAfter.size
      const quietFor = (id: string): number => nowMs - (succeededAtMs.get(id) ?? nowMs)
      const quiet = [...cancelled].filter((id) => !mailed.has(id) && quietFor(id) >= MAIL_LATE_BY_AT_MOST_MS).length
      const when = wanted.unheard ? ' while no worker ran' : ''
      const numbers = `${counted(cancelled.size, 'order')} cancelled${when}: the mail of ${out} went out, ${quiet} ran and sent none`
      const passed = (wanted.mailed ? out : quiet) > 0
      const goal = wanted.mailed ? 'one whose mail goes out all the same' : 'one that runs and sends none'
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${goal}.` }
    },
  }
}
