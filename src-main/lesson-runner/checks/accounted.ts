/**
 * `accounted`: every row of one table is counted in another, once: the numbers in a column of `tallies` add up to the rows of `orders`,
 * and still do after a further run. Only rows that had waited long count towards `atLeast`, because recent ones are easy: longer than
 * `waitedMs`, and than two of beat's intervals, so that a tally of “the last interval” does not pass by making that one long.
 * From committed rows of the ticket office's database, and from what beat says of its schedule.
 */
import * as v from 'valibot'
import { CommittedRows, type RowFact } from './committed-rows.js'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

const name = v.pipe(v.string(), v.nonEmpty())

export const accountedCheck = v.strictObject({
  kind: v.literal('accounted'),
  orders: name,
  tallies: name,
  column: name,
  atLeast: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** So long they lay uncounted: no run had come meanwhile. */
  waitedMs: v.pipe(v.number(), v.minValue(0)),
})
export type AccountedCheck = v.InferOutput<typeof accountedCheck>

/** A sale that was made so many intervals before its run is not of the last one. */
const INTERVALS = 2

export function watchAccounted({ orders, tallies, column, atLeast, waitedMs }: AccountedCheck): Watch {
  const orderedAt = new Map<string, number>()
  const numbers = new Map<string, number>()
  const scheduled = new Set<string>()
  /** By entry of the schedule. */
  const intervals = new Map<string, number>()
  const longMs = (): number =>
    intervals.size === 0 ? waitedMs : Math.max(waitedMs, INTERVALS * Math.min(...intervals.values()))
  /** Orders that no tally has been written since. */
  let unseen = new Set<string>()
  let waitedLong = new Set<string>()
  /** When the sum last changed or an order came: runs that were published after that have left things as they are. */
  let changedMs = 0
  let runsSince = 0

  const sum = (): number => [...numbers.values()].reduce((total, number) => total + number, 0)
  const changed = (atMs: number): void => {
    changedMs = atMs
    runsSince = 0
  }
  const settle = ({ table, id, change, row }: RowFact, atMs: number): void => {
    if (table === orders) {
      if (change === 'delete') orderedAt.delete(id)
      else if (!orderedAt.has(id)) {
        orderedAt.set(id, atMs)
        unseen.add(id)
        changed(atMs)
      }
    }
    if (table !== tallies) return
    const value = row[column]
    const before = sum()
    if (change === 'delete') numbers.delete(id)
    else numbers.set(id, typeof value === 'number' ? value : 0)
    if (sum() === before) return
    changed(atMs)
    for (const order of unseen) if (atMs - (orderedAt.get(order) ?? atMs) >= longMs()) waitedLong.add(order)
    unseen = new Set()
  }
  let nowMs = 0
  const seenByAll = new CommittedRows((row) => settle(row, nowMs))
  const clear = (): void => {
    for (const map of [orderedAt, numbers]) map.clear()
    unseen = new Set()
    waitedLong = new Set()
  }

  return {
    see({ fact, atMs }, situation) {
      nowMs = atMs
      seenByAll.see(fact)
      if (fact.kind === 'db-cleared') clear()
      if (fact.kind === 'beat-planned' || fact.kind === 'beat-due') {
        const [next, afterThat] = fact.nextRunsMs
        if (next !== undefined && afterThat !== undefined) intervals.set(fact.entry, afterThat - next)
      }
      if (fact.kind === 'message-published' && situation.roleOfName(fact.by) === 'beat') scheduled.add(fact.taskId)
      if (fact.kind !== 'task-event' || fact.type !== 'task-succeeded' || !scheduled.has(fact.taskId)) return
      if ((situation.publishedAtMs(fact.taskId) ?? 0) >= changedMs) runsSince += 1
    },
    verdict() {
      const long = [...waitedLong].filter((id) => orderedAt.has(id)).length
      const seen = `${counted(orderedAt.size, 'row')} in ${orders}, ${sum()} counted in ${tallies}`
      const late = `${long} of them had waited ${duration(longMs())} or longer`
      if (sum() > orderedAt.size)
        return { passed: false, observed: `${seen}: ${sum() - orderedAt.size} too many. Reset the step to count anew.` }
      if (sum() < orderedAt.size)
        return { passed: false, observed: `${seen}: ${orderedAt.size - sum()} missing so far, or for good.` }
      if (long < atLeast) return { passed: false, observed: `${seen}, ${late}. Waiting for ${atLeast} such rows.` }
      if (runsSince === 0)
        return { passed: false, observed: `${seen}, ${late}. Waiting for one more run that leaves it so.` }
      return { passed: true, observed: `${seen}, ${late}.` }
    },
  }
}
