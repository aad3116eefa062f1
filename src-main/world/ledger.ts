/** Side effects as they happened: one row a mail accepted or an API call answered. Rows go to the lab as they are written. */
import type { FactOf } from '../contract/feed.js'

export type LedgerRow = Omit<FactOf<'ledger-row'>, 'kind'>

/** Who caused an effect, as far as the connection told. */
export interface Cause {
  readonly taskId: string | null
  readonly pid: number | null
  readonly attempt: number | null
}

export const UNKNOWN_CAUSE: Cause = { taskId: null, pid: null, attempt: null }

export class Ledger {
  readonly #onRow: (row: LedgerRow, held?: number) => void
  #rows: LedgerRow[] = []

  constructor(onRow: (row: LedgerRow, held?: number) => void) {
    this.#onRow = onRow
  }

  get rows(): readonly LedgerRow[] {
    return this.#rows
  }

  /** `held`: the number under which its client waits (HeldMails). */
  write(written: LedgerRow, held?: number): void {
    const { key, summary, to } = written
    const row = { ...written, key: oneLine(key), summary: oneLine(summary), to: to === null ? null : oneLine(to) }
    this.#rows.push(row)
    this.#onRow(row, held)
  }

  clear(): void {
    this.#rows = []
  }
}

/** A row is one line on the stage and in the record; a subject may be two megabytes, and hold line ends and escapes. */
const LONGEST = 500

export function oneLine(text: string, longest = LONGEST): string {
  const line = text.slice(0, longest + 1).replace(/\p{Cc}+/gu, ' ')
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`
}
