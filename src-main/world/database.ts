/**
 * The ticket office's database behind HTTP and JSON, so that a page of Python reaches it (`database.py` of the lessons). A connection is a
 * session: `POST /begin` opens a transaction on it, `/commit` and `/rollback` end it, and a client that vanishes has rolled back.
 *
 *     GET /                  how many rows each table has       POST /orders      a new row, with its `id`
 *     GET /orders?state=new  rows                               PATCH /orders/41  changes columns
 *     GET /orders/41         one row                            DELETE /orders/41
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { DatabaseFact } from '../contract/feed.js'
import type { DatabaseSettings } from '../contract/topology.js'
import { readStatement, type ChangeOfRow, type Statement } from './database-statement.js'
import { oneLine, type Cause } from './ledger.js'
import { Refused, Tables, noRow, type Row, type Transaction } from './tables.js'
import { TwoDoors, type DoorPorts } from './two-doors.js'

export interface DatabaseOptions {
  readonly settings: DatabaseSettings
  readonly tell: (fact: DatabaseFact) => void
  readonly log: (line: string) => void
}

const LONGEST_SHOWN = 200

/** One connection. */
interface Session {
  readonly socket: Socket
  readonly cause: Cause
  transaction: Transaction | null
  ended: boolean
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

export class Database {
  readonly #options: DatabaseOptions
  readonly #doors: TwoDoors
  readonly #http: Server
  readonly #tables = new Tables()
  readonly #sessions = new Map<Socket, Session>()
  readonly #commits = new Set<() => void>()
  #settings: DatabaseSettings

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#settings = options.settings
    this.#http = createServer((request, response) => void this.#serve(request, response))
    this.#http.keepAliveTimeout = 0 // an idle session stays open, as one with a database does
    this.#doors = new TwoDoors((socket, cause) => this.#open(socket, cause))
  }

  get settings(): DatabaseSettings {
    return this.#settings
  }

  start(ports?: DoorPorts): Promise<DoorPorts> {
    return this.#doors.open(ports)
  }

  /** Commits that are being waited for end at once when the database becomes quick. */
  set(wanted: Partial<DatabaseSettings>): void {
    this.#settings = { ...this.#settings, ...wanted }
    if (this.#settings.commitDelayMs === 0) for (const commitNow of [...this.#commits]) commitNow()
  }

  /** Empty again. Who has a transaction open finds its connection closed. */
  clear(): void {
    for (const session of this.#sessions.values()) if (session.transaction !== null) session.socket.destroy()
    this.#tables.clear()
    this.#options.tell({ kind: 'db-cleared' })
  }

  close(): Promise<void> {
    return this.#doors.close()
  }

  #open(socket: Socket, cause: Cause): void {
    const session: Session = { socket, cause, transaction: null, ended: false }
    this.#sessions.set(socket, session)
    socket.once('close', () => {
      this.#sessions.delete(socket)
      session.ended = true
      this.#rollBack(session)
    })
    this.#http.emit('connection', socket)
    socket.resume()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#sessions.get(request.socket)
    if (session === undefined) return void request.socket.destroy()
    const { status, body } = await this.#answer(session, request)
    const text = `${JSON.stringify(body)}\n`
    this.#options.log(`db ${request.method ?? ''} ${request.url ?? ''}: ${status}`)
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  }

  async #answer(session: Session, request: IncomingMessage): Promise<Answer> {
    let statement: Statement | null = null
    try {
      statement = await readStatement(request)
      return await this.#carryOut(session, statement)
    } catch (error) {
      if (!(error instanceof Refused)) return { status: 500, body: { error: String(error) } } // its client went away in the middle
      if (statement !== null) this.#tellRefused(session, statement, error)
      return { status: error.status, body: { error: error.message } }
    }
  }

  async #carryOut(session: Session, statement: Statement): Promise<Answer> {
    const { transaction } = session
    switch (statement.do) {
      case 'count':
        return { status: 200, body: this.#tables.counts() }
      case 'begin': {
        if (transaction !== null) throw new Refused(409, 'bad', 'this connection has a transaction open already')
        session.transaction = this.#tables.begin()
        this.#tellPhase(session, session.transaction, 'began')
        return { status: 200, body: { transaction: session.transaction.name } }
      }
      case 'commit':
        await this.#commit(session)
        return { status: 200, body: { committed: true } }
      case 'rollback':
        if (transaction === null) throw new Refused(409, 'bad', 'this connection has no transaction open')
        this.#rollBack(session)
        return { status: 200, body: { committed: false } }
      case 'find':
        return { status: 200, body: this.#tables.find(transaction, statement.table, statement.wanted) }
      case 'get': {
        const { table, id } = statement
        const row = this.#tables.get(transaction, table, id)
        const { cause } = session
        this.#options.tell({
          kind: 'db-read',
          ...{ table, id, found: row !== null, transaction: transaction?.name ?? null },
          ...cause,
        })
        if (row === null) throw noRow(table, id)
        return { status: 200, body: row }
      }
      case 'insert':
      case 'update':
      case 'delete':
        return this.#write(session, statement)
    }
  }

  /** Outside of a transaction a statement is one of its own, committed at its end. */
  async #write(session: Session, statement: ChangeOfRow): Promise<Answer> {
    const open = session.transaction
    const transaction = open ?? this.#tables.begin()
    try {
      const row = await this.#change(transaction, statement)
      if (open === null) {
        await this.#commitDelay(session)
        this.#tables.commit(transaction)
      }
      this.#tellRow(session, statement, row)
      return { status: statement.do === 'insert' ? 201 : 200, body: row }
    } finally {
      if (open === null) this.#tables.rollBack(transaction) // nothing is left of it when it was committed
    }
  }

  #change(transaction: Transaction, statement: ChangeOfRow): Promise<Row> {
    const { table } = statement
    switch (statement.do) {
      case 'insert':
        return this.#tables.insert(transaction, table, statement.columns)
      case 'update':
        return this.#tables.update(transaction, table, statement.id, statement.columns)
      case 'delete':
        return this.#tables.remove(transaction, table, statement.id)
    }
  }

  async #commit(session: Session): Promise<void> {
    const { transaction } = session
    if (transaction === null) throw new Refused(409, 'bad', 'this connection has no transaction open')
    this.#tellPhase(session, transaction, 'committing')
    await this.#commitDelay(session)
    this.#tables.commit(transaction)
    session.transaction = null
    this.#tellPhase(session, transaction, 'committed')
  }

  /** Whoever goes away while the commit is under way has not committed. */
  async #commitDelay({ socket, ended }: Session): Promise<void> {
    const { commitDelayMs } = this.#settings
    if (commitDelayMs > 0 && !ended) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          clearTimeout(timer)
          this.#commits.delete(go)
          socket.off('close', go)
          resolve()
        }
        const timer = setTimeout(go, commitDelayMs)
        this.#commits.add(go)
        socket.once('close', go)
      })
    }
    if (socket.destroyed) throw new Refused(503, 'bad', 'the client went away before its commit')
  }

  #rollBack(session: Session): void {
    const { transaction } = session
    if (transaction === null) return
    session.transaction = null
    this.#tables.rollBack(transaction)
    this.#tellPhase(session, transaction, 'rolled-back')
  }

  #tellPhase(
    { cause }: Session,
    { name }: Transaction,
    phase: Extract<DatabaseFact, { kind: 'db-transaction' }>['phase'],
  ): void {
    this.#options.tell({ kind: 'db-transaction', phase, transaction: name, ...cause })
  }

  #tellRow({ cause, transaction }: Session, statement: ChangeOfRow, row: Row): void {
    this.#options.tell({
      kind: 'db-row',
      change: statement.do,
      table: statement.table,
      id: String(row.id),
      row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)])),
      transaction: transaction?.name ?? null,
      ...cause,
    })
  }

  #tellRefused({ cause, transaction }: Session, statement: Statement, { why }: Refused): void {
    if (why !== 'duplicate' && why !== 'locked') return
    if (!('table' in statement)) return
    const id = 'id' in statement ? statement.id : 'columns' in statement ? statement.columns['id'] : ''
    const about = { table: statement.table, id: String(id), transaction: transaction?.name ?? null }
    this.#options.tell({ kind: 'db-refused', why, ...about, ...cause })
  }
}

/** Short enough for the record, whatever the learner stores. */
function shown(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  return oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), LONGEST_SHOWN)
}
