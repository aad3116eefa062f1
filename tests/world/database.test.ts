/** The ticket office's database over real HTTP on loopback: sessions, transactions, unique ids, slow commits. */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatabaseFact } from '../../src-main/contract/feed.js'
import { Database } from '../../src-main/world/database.js'
import { waitFor } from '../support/wait-for.js'

let database: Database
let ports: { readonly port: number; readonly attributedPort: number }
let facts: DatabaseFact[]
const sessions: Session[] = []

/** One connection, kept. */
class Session {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  ask(method: string, path: string, columns?: unknown): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, port: ports.port, host: '127.0.0.1', method, path }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => void (text += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }))
      })
      sent.on('error', reject)
      sent.end(columns === undefined ? undefined : typeof columns === 'string' ? columns : JSON.stringify(columns))
    })
  }

  vanish(): void {
    this.#agent.destroy()
  }
}

function session(): Session {
  const one = new Session()
  sessions.push(one)
  return one
}

beforeEach(async () => {
  facts = []
  database = new Database({
    settings: { commitDelayMs: 0 },
    tell: (fact) => void facts.push(fact),
    log: () => undefined,
  })
  ports = await database.start()
})
afterEach(async () => {
  for (const one of sessions.splice(0)) one.vanish()
  await database.close()
})

test('a row gets the next number of its table, is read by it, found by its columns, changed and deleted', async () => {
  const me = session()
  expect(await me.ask('POST', '/orders', { email: 'ada', paid: true })).toEqual({
    status: 201,
    body: { email: 'ada', paid: true, id: 1 },
  })
  await me.ask('POST', '/orders', { email: 'bob', paid: false })
  expect((await me.ask('GET', '/orders/2')).body).toEqual({ email: 'bob', paid: false, id: 2 })
  expect((await me.ask('GET', '/orders?paid=True')).body).toEqual([{ email: 'ada', paid: true, id: 1 }])
  expect((await me.ask('PATCH', '/orders/2', { paid: true })).body).toEqual({ email: 'bob', paid: true, id: 2 })
  expect((await me.ask('DELETE', '/orders/1')).status).toBe(200)
  expect((await me.ask('GET', '/orders/1')).status).toBe(404)
  expect((await me.ask('GET', '/')).body).toEqual({ orders: 1 })
  expect(facts.at(-1)).toMatchObject({ kind: 'db-read', table: 'orders', id: '1', found: false })
})

test('nobody else sees a row before it is committed, and nobody at all after a rollback', async () => {
  const [me, other] = [session(), session()]
  await me.ask('POST', '/begin')
  await me.ask('POST', '/orders', { email: 'ada' })
  expect((await me.ask('GET', '/orders/1')).status).toBe(200)
  expect((await other.ask('GET', '/orders/1')).status).toBe(404)
  expect((await other.ask('GET', '/orders')).body).toEqual([])
  await me.ask('POST', '/commit')
  expect((await other.ask('GET', '/orders/1')).status).toBe(200)

  await me.ask('POST', '/begin')
  await me.ask('PATCH', '/orders/1', { email: 'eve' })
  await me.ask('POST', '/rollback')
  expect((await me.ask('GET', '/orders/1')).body).toEqual({ email: 'ada', id: 1 })
})

test('a client that vanishes has rolled back, also in the middle of its commit', async () => {
  const [me, other] = [session(), session()]
  await me.ask('POST', '/begin')
  await me.ask('POST', '/orders', { email: 'ada' })
  database.set({ commitDelayMs: 60_000 })
  const commit = me.ask('POST', '/commit').catch(() => 'gone')
  await waitFor('the commit', () => facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'committing'))
  me.vanish()
  expect(await commit).toBe('gone')
  await waitFor('the end', () => facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'rolled-back'))
  expect(facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'committed')).toBe(false)
  expect((await other.ask('GET', '/orders')).body).toEqual([])
})

test('a commit takes its time, and its rows are seen at its end; a database made quick commits what waits', async () => {
  database.set({ commitDelayMs: 60_000 })
  const [me, other] = [session(), session()]
  await me.ask('POST', '/begin')
  await me.ask('POST', '/orders', {})
  const commit = me.ask('POST', '/commit')
  const alone = session().ask('POST', '/mails', {})
  await waitFor('the commit', () => facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'committing'))
  expect((await other.ask('GET', '/orders/1')).status).toBe(404)
  database.set({ commitDelayMs: 0 })
  expect((await commit).status).toBe(200)
  expect((await alone).status).toBe(201)
  expect((await other.ask('GET', '/orders/1')).status).toBe(200)
})

test('an id is there once: the second is refused, at once when the first is committed', async () => {
  const me = session()
  await me.ask('POST', '/mails', { id: 'order-7' })
  const again = await me.ask('POST', '/mails', { id: 'order-7' })
  expect(again.status).toBe(409)
  expect(again.body).toEqual({ error: 'mails has a row with id "order-7" already' })
  expect(facts.at(-1)).toMatchObject({ kind: 'db-refused', why: 'duplicate', table: 'mails', id: 'order-7' })
})

test.each([
  ['commits', 409],
  ['rolls back', 201],
  ['vanishes', 201],
])('the second writer of an id waits for the first; when that one %s, it gets %i', async (ending, status) => {
  const [first, second] = [session(), session()]
  await first.ask('POST', '/begin')
  await first.ask('POST', '/mails', { id: 7 })
  let answered = false
  const waits = second.ask('POST', '/mails', { id: 7 }).finally(() => (answered = true))
  await first.ask('GET', '/mails/7') // a whole round trip later …
  expect(answered).toBe(false)
  if (ending === 'vanishes') first.vanish()
  else await first.ask('POST', ending === 'commits' ? '/commit' : '/rollback')
  expect((await waits).status).toBe(status)
})

test('a client that vanishes while it waits for a row does not keep it from the next one', async () => {
  const [first, second, third] = [session(), session(), session()]
  for (const one of [first, second]) await one.ask('POST', '/begin')
  await first.ask('POST', '/mails', { id: 7 })
  const lost = second.ask('POST', '/mails', { id: 7 }).catch(() => 'gone')
  const waits = third.ask('POST', '/mails', { id: 7 })
  await first.ask('GET', '/mails/7')
  second.vanish()
  await waitFor('it to be noticed', () =>
    facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'rolled-back' && fact.transaction === 't2'),
  )
  await first.ask('POST', '/rollback')
  expect((await waits).status).toBe(201)
  expect(await lost).toBe('gone')
})

test('numbers that somebody chose are passed over, and a rollback does not give a number back', async () => {
  const me = session()
  await me.ask('POST', '/orders', { id: 1 })
  await me.ask('POST', '/begin')
  expect((await me.ask('POST', '/orders', {})).body).toEqual({ id: 2 })
  await me.ask('POST', '/rollback')
  expect((await me.ask('POST', '/orders', {})).body).toEqual({ id: 3 })
})

test('at the attributed door facts say whose statement it was', async () => {
  const socket = connect({ host: '127.0.0.1', port: ports.attributedPort })
  socket.write(`${JSON.stringify({ pid: 4411, taskId: 'task-1', attempt: 2 })}\n`)
  socket.write('GET /orders/9 HTTP/1.1\r\nHost: db\r\n\r\n')
  const fact = await waitFor('the fact', () => facts[0])
  expect(fact).toEqual({
    kind: 'db-read',
    table: 'orders',
    id: '9',
    found: false,
    transaction: null,
    pid: 4411,
    taskId: 'task-1',
    attempt: 2,
  })
  socket.destroy()
})

test('cleared, it is empty, counts from 1, and has closed the connections with a transaction', async () => {
  const [me, other] = [session(), session()]
  await other.ask('POST', '/orders', {})
  await me.ask('POST', '/begin')
  await me.ask('POST', '/orders', {})
  database.clear()
  await waitFor('the rollback', () =>
    facts.some((fact) => fact.kind === 'db-transaction' && fact.phase === 'rolled-back'),
  )
  expect((await other.ask('GET', '/orders')).body).toEqual([])
  expect((await other.ask('POST', '/orders', {})).body).toEqual({ id: 1 })
})

test.each([
  ['POST', '/orders', '[1]', 400, 'not an object'],
  ['POST', '/orders', '{', 400, 'not JSON'],
  ['POST', '/orders', '{"id": ""}', 400, 'expected a number or a text'],
  ['POST', '/or-ders', '{}', 400, 'letters, digits and underscores'],
  ['GET', '/orders/%zz', undefined, 400, 'not UTF-8'],
  ['PUT', '/orders/1', '{}', 404, 'expected GET, POST, PATCH or DELETE'],
  ['PATCH', '/orders/1', '{}', 404, 'no row with id'],
  ['POST', '/commit', undefined, 409, 'no transaction open'],
  ['POST', '/orders', `{"note": "${'x'.repeat(1_100_000)}"}`, 413, 'a row may have'],
])('%s %s with %.20s answers %i and says what was expected', async (method, path, body, status, words) => {
  const answer = await session().ask(method, path, body)
  expect(answer.status).toBe(status)
  expect(JSON.stringify(answer.body)).toContain(words)
})
