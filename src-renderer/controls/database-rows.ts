/** Facts of the ticket office's database → its tables as the side pane shows them: what everybody sees, and what is not committed yet. */
import type { FeedItem } from '../../src-main/contract/feed.js'

export type ShownRow = Readonly<Record<string, string | number | boolean | null>>

export interface DatabaseRow {
  readonly table: string
  readonly id: string
  readonly row: ShownRow
  /** The transaction that has written it and not been committed; null for a row that everybody sees. */
  readonly within: string | null
  readonly atMs: number
}

export interface OpenTransaction {
  readonly name: string
  readonly committing: boolean
  readonly taskId: string | null
  readonly pid: number | null
  readonly sinceMs: number
}

export interface DatabaseRows {
  /** Newest first. */
  readonly rows: readonly DatabaseRow[]
  readonly deletions: readonly { readonly table: string; readonly id: string; readonly within: string }[]
  readonly open: readonly OpenTransaction[]
  /** Rows asked for that were not there, or not to be seen yet. */
  readonly misses: number
  readonly refused: number
  /** Anything at all has happened in it: before that the pane does not show it. */
  readonly used: boolean
}

export const EMPTY_DATABASE: DatabaseRows = { rows: [], deletions: [], open: [], misses: 0, refused: 0, used: false }
const KEPT = 1_000

export function projectDatabase(before: DatabaseRows, items: readonly FeedItem[]): DatabaseRows {
  return items.reduce(take, before)
}

function take(now: DatabaseRows, { fact, atMs }: FeedItem): DatabaseRows {
  switch (fact.kind) {
    case 'db-cleared':
      return { ...EMPTY_DATABASE, used: now.used }
    case 'db-row': {
      const { table, id, row, transaction: within } = fact
      const isIt = (one: { readonly table: string; readonly id: string; readonly within: string | null }): boolean =>
        one.table === table && one.id === id && (one.within === within || within === null)
      const others = now.rows.filter((one) => !isIt(one))
      if (fact.change === 'delete') {
        if (within === null) return { ...now, rows: others, used: true }
        return { ...now, rows: others, deletions: [...now.deletions, { table, id, within }], used: true }
      }
      return { ...now, rows: [{ table, id, row, within, atMs }, ...others].slice(0, KEPT), used: true }
    }
    case 'db-transaction': {
      const { transaction: name, phase, taskId, pid } = fact
      const others = now.open.filter((one) => one.name !== name)
      if (phase === 'began')
        return { ...now, open: [...others, { name, committing: false, taskId, pid, sinceMs: atMs }], used: true }
      if (phase === 'committing')
        return { ...now, open: now.open.map((one) => (one.name === name ? { ...one, committing: true } : one)) }
      const deletions = now.deletions.filter((one) => one.within !== name)
      const rows = phase === 'committed' ? committed(now, name) : now.rows.filter((one) => one.within !== name)
      return { ...now, rows, deletions, open: others }
    }
    case 'db-read':
      return { ...now, misses: now.misses + (fact.found ? 0 : 1), used: true }
    case 'db-refused':
      return { ...now, refused: now.refused + 1, used: true }
    default:
      return now
  }
}

/** What the transaction wrote takes the place of what stood there. */
function committed({ rows, deletions }: DatabaseRows, name: string): readonly DatabaseRow[] {
  const written = [...rows.filter((one) => one.within === name), ...deletions.filter((one) => one.within === name)]
  const isReplaced = (row: DatabaseRow): boolean =>
    row.within === null && written.some((one) => one.table === row.table && one.id === row.id)
  return rows.filter((row) => !isReplaced(row)).map((row) => (row.within === name ? { ...row, within: null } : row))
}
