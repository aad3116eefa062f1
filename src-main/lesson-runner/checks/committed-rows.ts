/**
 * Rows of the ticket office's database as others see them: those of a transaction once it has been committed, and never when it was
 * rolled back. For checks that look at rows; fed by the check that owns it.
 */
import type { Fact, FactOf } from '../../contract/feed.js'

export type RowFact = FactOf<'db-row'>

export class CommittedRows {
  readonly #settled: (row: RowFact) => void
  readonly #written = new Map<string, RowFact[]>()

  /** `settled` is told each row when everybody sees it, in the order of writing. */
  constructor(settled: (row: RowFact) => void) {
    this.#settled = settled
  }

  /** Written in transactions that are still open. */
  get open(): readonly RowFact[] {
    return [...this.#written.values()].flat()
  }

  see(fact: Fact): void {
    if (fact.kind === 'db-row') {
      if (fact.transaction === null) this.#settled(fact)
      else this.#written.set(fact.transaction, [...(this.#written.get(fact.transaction) ?? []), fact])
    }
    if (fact.kind === 'db-transaction' && (fact.phase === 'committed' || fact.phase === 'rolled-back')) {
      const rows = this.#written.get(fact.transaction) ?? []
      this.#written.delete(fact.transaction)
      if (fact.phase === 'committed') for (const row of rows) this.#settled(row)
    }
    if (fact.kind === 'db-cleared') this.#written.clear()
  }
}
