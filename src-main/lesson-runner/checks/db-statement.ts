/**
 * `db-statement`: what became of statements to the ticket office's database: a row that was read, one that was asked for and not
 * there (`missed`), an id that was taken (`duplicate`), a transaction rolled back. Each row, or transaction, counts once.
 */
import * as v from 'valibot'
import type { Fact } from '../../contract/feed.js'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const dbStatementCheck = v.strictObject({
  kind: v.literal('db-statement'),
  what: v.picklist(['read', 'missed', 'duplicate', 'rolled-back']),
  table: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  /** The role of the process that asked. */
  by: v.exactOptional(v.picklist(['web', 'pool-process'])),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type DbStatementCheck = v.InferOutput<typeof dbStatementCheck>

const WORDS: Record<DbStatementCheck['what'], readonly [string, string]> = {
  read: ['row read', 'rows read'],
  missed: ['row asked for and not found', 'rows asked for and not found'],
  duplicate: ['row refused because its id was taken', 'rows refused because their id was taken'],
  'rolled-back': ['transaction rolled back', 'transactions rolled back'],
}

export function watchDbStatement(wanted: DbStatementCheck): Watch {
  const seen = new Set<string>()
  return {
    see({ fact }, situation) {
      const what = keyOf(wanted, fact)
      if (what === null || !('pid' in fact)) return
      if (wanted.by !== undefined && situation.roleOfPid(fact.pid) !== wanted.by) return
      seen.add(what)
    },
    verdict() {
      const [one, many] = WORDS[wanted.what]
      const by = wanted.by === undefined ? '' : wanted.by === 'web' ? ' by the web process' : ' by a task'
      const numbers = `${counted(seen.size, one, many)}${by}`
      const passed = seen.size >= wanted.atLeast
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${wanted.atLeast}.` }
    },
  }
}

/** Null: another kind of fact, or of another table. */
function keyOf({ what, table }: DbStatementCheck, fact: Fact): string | null {
  if (fact.kind === 'db-transaction')
    return what === 'rolled-back' && fact.phase === 'rolled-back' ? fact.transaction : null
  if (fact.kind !== 'db-read' && fact.kind !== 'db-refused') return null
  if (table !== undefined && fact.table !== table) return null
  const is = fact.kind === 'db-read' ? (fact.found ? 'read' : 'missed') : fact.why
  return is === what ? `${fact.table}/${fact.id}` : null
}
