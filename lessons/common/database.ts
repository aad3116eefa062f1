/**
 * Harbour's database: tables of rows, where a real project has PostgreSQL and an ORM.
 *
 * A row is an object. Its `id` is unique in its table: choose one, or leave it out and get the next number.
 * What a transaction writes is seen by others once it has been committed, not before:
 *
 *     await database.transaction(async (db) => {
 *       const orderId = await db.insert('orders', { email: 'ada@example.com' })
 *     })
 */

import { Agent, request } from 'node:http'

export type Id = number | string
export type Columns = Readonly<Record<string, unknown>>
export type Row = Columns & { readonly id: Id }

/** There is no row with that id, or none that has been committed. */
export class NotFound extends Error {}

/** There is a row with that id already. */
export class AlreadyThere extends Error {}

/** The database did not do it, for another reason. */
export class DatabaseError extends Error {}

/** One connection to the database. Outside of a transaction each statement commits by itself. */
export class Session {
  private readonly connection = new Agent({ keepAlive: true, maxSockets: 1 })

  /** Adds a row and returns its id. */
  async insert(table: string, columns: Columns): Promise<Id> {
    return (await this.ask<Row>('POST', `/${table}`, columns)).id
  }

  get(table: string, id: Id): Promise<Row> {
    return this.ask('GET', `/${table}/${encodeURIComponent(id)}`)
  }

  /** All rows whose columns have these values. */
  find(table: string, columns: Columns = {}): Promise<readonly Row[]> {
    const wanted = Object.entries(columns).map(([name, value]) => [name, value === null ? 'None' : String(value)])
    return this.ask('GET', `/${table}?${new URLSearchParams(wanted)}`)
  }

  /** Changes some columns of a row and returns the row. */
  update(table: string, id: Id, columns: Columns = {}): Promise<Row> {
    return this.ask('PATCH', `/${table}/${encodeURIComponent(id)}`, columns)
  }

  async remove(table: string, id: Id): Promise<void> {
    await this.ask('DELETE', `/${table}/${encodeURIComponent(id)}`)
  }

  close(): void {
    this.connection.destroy()
  }

  protected ask<T>(method: string, path: string, columns?: Columns): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = request(`${process.env.DB_URL}${path}`, { method, agent: this.connection }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => (text += part))
        answer.on('error', reject)
        answer.on('end', () => {
          const said = JSON.parse(text)
          if ((answer.statusCode ?? 500) < 300) return resolve(said)
          const kinds: Record<number, typeof DatabaseError> = { 404: NotFound, 409: AlreadyThere }
          const Kind = kinds[answer.statusCode ?? 500] ?? DatabaseError
          reject(new Kind(said.error))
        })
      })
      asked.on('error', reject)
      asked.end(columns === undefined ? undefined : JSON.stringify(columns))
    })
  }
}

export class Transaction extends Session {
  private readonly afterCommit: (() => unknown)[] = []

  /** Calls it once the commit is over; never, if it is rolled back. */
  onCommit(callback: () => unknown): void {
    this.afterCommit.push(callback)
  }

  async run<T>(work: (db: Transaction) => Promise<T>): Promise<T> {
    try {
      await this.ask('POST', '/begin')
      const value = await this.ended(work)
      await this.ask('POST', '/commit')
      for (const callback of this.afterCommit) await callback()
      return value
    } finally {
      this.close()
    }
  }

  private async ended<T>(work: (db: Transaction) => Promise<T>): Promise<T> {
    try {
      return await work(this)
    } catch (error) {
      await this.ask('POST', '/rollback')
      throw error
    }
  }
}

/** Commits when `work` is done; rolls back when it throws. */
export function transaction<T>(work: (db: Transaction) => Promise<T>): Promise<T> {
  return new Transaction().run(work)
}

/** One statement by itself: connect, do it, commit, close. */
async function alone<T>(statement: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session()
  try {
    return await statement(session)
  } finally {
    session.close()
  }
}

export const insert = (table: string, columns: Columns) => alone((session) => session.insert(table, columns))
export const get = (table: string, id: Id) => alone((session) => session.get(table, id))
export const find = (table: string, columns?: Columns) => alone((session) => session.find(table, columns))
export const update = (table: string, id: Id, columns?: Columns) =>
  alone((session) => session.update(table, id, columns))
export const remove = (table: string, id: Id) => alone((session) => session.remove(table, id))
