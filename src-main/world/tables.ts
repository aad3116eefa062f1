/**
 * What the ticket office's database keeps: tables of rows, each row under an id that is unique in its table, and transactions.
 * Read committed, as PostgreSQL and MySQL can be asked for: others see a transaction's rows once it has been committed, and a
 * row that one transaction has written makes the next writer of that row wait. `database.ts` puts HTTP before it.
 */
export type RowId = string | number
export type Row = Readonly<Record<string, unknown>> & { readonly id: RowId }
export type Columns = Readonly<Record<string, unknown>>

/** Why a statement was not carried out; `status` is what HTTP answers. */
export class Refused extends Error {
  readonly status: number
  readonly why: 'not-found' | 'duplicate' | 'locked' | 'bad' | 'full'
  constructor(status: number, why: Refused['why'], message: string) {
    super(message)
    this.status = status
    this.why = why
  }
}

export interface Transaction {
  readonly name: string
  /** Written and not committed: the row as it will be, null for one deleted. By place. */
  readonly own: Map<string, { readonly table: string; readonly row: Row | null }>
}

interface Waiter {
  readonly transaction: Transaction
  readonly settle: (granted: boolean) => void
}

interface Lock {
  holder: Transaction
  waiting: readonly Waiter[]
}

const LOCK_WITHIN_MS = 10_000
/** Of all tables and of the transaction that asks: a loop that inserts for ever meets an error before the memory ends. */
const MOST_ROWS = 100_000

export class Tables {
  readonly #tables = new Map<string, Map<string, Row>>()
  readonly #lastIds = new Map<string, number>()
  readonly #locks = new Map<string, Lock>()
  #begun = 0

  begin(): Transaction {
    this.#begun += 1
    return { name: `t${this.#begun}`, own: new Map() }
  }

  /** Without an `id` among the columns the table's next number is taken; as in a real database, a rollback does not give it back. */
  async insert(transaction: Transaction, table: string, columns: Columns): Promise<Row> {
    const committed = [...this.#tables.values()].reduce((sum, rows) => sum + rows.size, 0)
    if (committed + transaction.own.size >= MOST_ROWS)
      throw new Refused(507, 'full', `the database holds ${MOST_ROWS} rows, which is all it takes`)
    const id = 'id' in columns ? readId(columns['id']) : this.#nextId(table)
    await this.#lock(transaction, table, id)
    if (this.get(transaction, table, id) !== null)
      throw new Refused(409, 'duplicate', `${table} has a row with id ${JSON.stringify(id)} already`)
    return this.#write(transaction, table, { ...columns, id })
  }

  async update(transaction: Transaction, table: string, id: RowId, columns: Columns): Promise<Row> {
    await this.#lock(transaction, table, id)
    const row = this.get(transaction, table, id)
    if (row === null) throw noRow(table, id)
    return this.#write(transaction, table, { ...row, ...columns, id: row.id })
  }

  async remove(transaction: Transaction, table: string, id: RowId): Promise<Row> {
    await this.#lock(transaction, table, id)
    const row = this.get(transaction, table, id)
    if (row === null) throw noRow(table, id)
    transaction.own.set(place(table, id), { table, row: null })
    return row
  }

  /** Null: there is none, or none that this transaction may see. */
  get(transaction: Transaction | null, table: string, id: RowId): Row | null {
    const own = transaction?.own.get(place(table, id))
    return own === undefined ? (this.#tables.get(table)?.get(String(id)) ?? null) : own.row
  }

  /** Rows whose columns have these values, compared as text, because a URL asks. */
  find(transaction: Transaction | null, table: string, wanted: Readonly<Record<string, string>>): readonly Row[] {
    const rows = new Map(this.#tables.get(table) ?? [])
    for (const own of transaction?.own.values() ?? []) {
      if (own.table !== table) continue
      if (own.row !== null) rows.set(String(own.row.id), own.row)
    }
    const isThere = (row: Row): boolean => this.get(transaction, table, row.id) !== null
    const fits = (row: Row): boolean => Object.entries(wanted).every(([name, value]) => asText(row[name]) === value)
    return [...rows.values()].filter((row) => isThere(row) && fits(row))
  }

  /** How many rows each table holds for everybody. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#tables].map(([table, rows]) => [table, rows.size]))
  }

  commit(transaction: Transaction): void {
    for (const [where, { table, row }] of transaction.own) {
      const rows = this.#tables.get(table) ?? new Map<string, Row>()
      this.#tables.set(table, rows)
      const id = where.slice(table.length + 1)
      if (row === null) rows.delete(id)
      else rows.set(id, row)
    }
    this.#release(transaction)
  }

  rollBack(transaction: Transaction): void {
    this.#release(transaction)
  }

  /** Everything gone, the numbers begin at 1 again. Transactions that are open find their rows gone as well. */
  clear(): void {
    this.#tables.clear()
    this.#lastIds.clear()
  }

  #write(transaction: Transaction, table: string, row: Row): Row {
    transaction.own.set(place(table, row.id), { table, row })
    return row
  }

  #nextId(table: string): number {
    let id = this.#lastIds.get(table) ?? 0
    do id += 1
    while (this.#tables.get(table)?.has(String(id)) === true) // somebody chose that number
    this.#lastIds.set(table, id)
    return id
  }

  async #lock(transaction: Transaction, table: string, id: RowId): Promise<void> {
    const where = place(table, id)
    const lock = this.#locks.get(where)
    if (lock === undefined) {
      this.#locks.set(where, { holder: transaction, waiting: [] })
      return
    }
    if (lock.holder === transaction) return
    const granted = await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => leave(false), LOCK_WITHIN_MS)
      const leave = (got: boolean): void => {
        clearTimeout(late)
        lock.waiting = lock.waiting.filter((one) => one !== waiter)
        resolve(got)
      }
      const waiter: Waiter = { transaction, settle: leave }
      lock.waiting = [...lock.waiting, waiter]
    })
    if (!granted)
      throw new Refused(
        503,
        'locked',
        `another transaction has written ${where} and has not ended for ${LOCK_WITHIN_MS / 1000} seconds`,
      )
  }

  /** Gives up its rows, its locks, and its place wherever it waits for one: the next in each line goes on. */
  #release(transaction: Transaction): void {
    transaction.own.clear()
    for (const [where, lock] of [...this.#locks]) {
      for (const waiter of lock.waiting) if (waiter.transaction === transaction) waiter.settle(false)
      if (lock.holder !== transaction) continue
      const next = lock.waiting[0]
      if (next === undefined) this.#locks.delete(where)
      else {
        lock.holder = next.transaction
        next.settle(true)
      }
    }
  }
}

export function noRow(table: string, id: RowId): Refused {
  return new Refused(404, 'not-found', `${table} has no row with id ${JSON.stringify(id)}`)
}

function readId(found: unknown): RowId {
  if (typeof found === 'string' && found !== '') return found
  if (typeof found === 'number' && Number.isFinite(found)) return found
  throw new Refused(400, 'bad', `found id ${JSON.stringify(found)}; expected a number or a text`)
}

function place(table: string, id: RowId): string {
  return `${table}/${id}`
}

/** As Python's str() and a URL write it, for the few kinds of value that are compared. */
function asText(value: unknown): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value === null || value === undefined) return 'None'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
