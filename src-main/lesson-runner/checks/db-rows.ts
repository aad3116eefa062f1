/**
 * `db-rows`: rows of the ticket office's database that everybody sees, written in this step. From `db-row` facts: those of a
 * transaction count once it has been committed, and never when it was rolled back.
 */
import * as v from 'valibot'
import { CommittedRows, type RowFact } from './committed-rows.js'
import type { Watch } from './watch.js'
import { counted, suchAs } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const dbRowsCheck = v.strictObject({
  kind: v.literal('db-rows'),
  table: v.pipe(v.string(), v.nonEmpty()),
  /** Columns with these values. */
  where: v.exactOptional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()]))),
  atLeast: v.exactOptional(count),
  exactly: v.exactOptional(count),
})
export type DbRowsCheck = v.InferOutput<typeof dbRowsCheck>

export function watchDbRows(wanted: DbRowsCheck): Watch {
  const rows = new Map<string, RowFact>()
  const seenByAll = new CommittedRows((fact) => {
    if (fact.table !== wanted.table) return
    if (fact.change === 'delete') rows.delete(fact.id)
    else rows.set(fact.id, fact)
  })
  return {
    see({ fact }) {
      seenByAll.see(fact)
      if (fact.kind === 'db-cleared') rows.clear()
    },
    verdict() {
      const fits = ({ row }: RowFact): boolean =>
        Object.entries(wanted.where ?? {}).every(([column, value]) => row[column] === value)
      const seen = [...rows.values()].filter(fits).length
      const waiting = seenByAll.open.filter((fact) => fact.table === wanted.table && fits(fact)).length
      const stated = wanted.atLeast !== undefined || wanted.exactly !== undefined
      const passed =
        stated &&
        (wanted.atLeast === undefined || seen >= wanted.atLeast) &&
        (wanted.exactly === undefined || seen === wanted.exactly)
      const numbers = `${counted(seen, 'row')} in ${wanted.table}${suchAs(wanted.where)}`
      if (passed) return { passed, observed: `${numbers}.` }
      const open = waiting > 0 ? `, ${waiting} not committed yet` : ''
      const goal = wanted.exactly !== undefined ? `exactly ${wanted.exactly}` : `${wanted.atLeast ?? 0}`
      return { passed, observed: `${numbers}${open}. Waiting for ${goal}.` }
    },
  }
}
