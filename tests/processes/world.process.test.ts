import { connect, type Socket } from 'node:net'
import { request } from 'node:http'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatabaseFact } from '../../src-main/contract/feed.js'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import type { WorldChange } from '../../src-main/contract/topology.js'
import type { LabService } from '../../src-main/processes/messages/learner-environment.js'
import type { LabToWorld, WorldToLab } from '../../src-main/processes/messages/world-messages.js'
import { entry } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'

type Row = Extract<WorldToLab, { kind: 'ledger-row' }>['row']

let world: ChildHandle<LabToWorld, WorldToLab>
let rows: Row[] = []
let mail: LabService
let api: LabService
let db: LabService
let facts: DatabaseFact[] = []

beforeEach(async () => {
  rows = []
  facts = []
  ;({ mail, api, db } = await startWorld())
})
afterEach(async () => {
  world.kill()
  await world.exitedWithin(2_000)
})

async function startWorld(
  services: readonly LabService[] = [],
): Promise<{ mail: LabService; api: LabService; db: LabService }> {
  world = new ChildHandle({ execPath: process.execPath, entry: entry('world') })
  world.start()
  world.onMessage((message) => void (message.kind === 'ledger-row' && rows.push(message.row)))
  world.onMessage((message) => void (message.kind === 'db-fact' && facts.push(message.fact)))
  const settings = {
    mail: { running: true, delayMs: 0 },
    api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    db: { commitDelayMs: 0 },
  }
  world.send({ kind: 'start', settings, services })
  const ready = await world.next(
    (message): message is Extract<WorldToLab, { kind: 'ready' }> => message.kind === 'ready',
    {
      timeoutMs: 10_000,
    },
  )
  if (ready.kind !== 'message') throw new Error(JSON.stringify(ready))
  const named = (name: string): LabService => ready.message.services.find((service) => service.name === name)!
  return { mail: named('mail'), api: named('api'), db: named('db') }
}

async function set(wanted: WorldChange): Promise<void> {
  const changed = world.next(
    (message): message is Extract<WorldToLab, { kind: 'changed' }> => message.kind === 'changed',
    { timeoutMs: 5_000 },
  )
  world.send({ kind: 'set', wanted })
  expect((await changed).kind).toBe('message')
}

async function sendMail(headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: mail.port, secure: false, ignoreTLS: true })
  try {
    await transport.sendMail({
      from: 'tickets@harbour.test',
      to: 'ada@example.test',
      subject: 'Your ticket für Æ',
      text: 'Row 1',
      headers,
    })
  } finally {
    transport.close()
  }
}

/** SMTP by hand through the attributed door: what the Python hosts' socket layer does. */
async function sendAttributed(cause: object): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: mail.attributedPort })
  let said = ''
  socket.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  socket.on('error', () => undefined)
  socket.write(`${JSON.stringify(cause)}\n`)
  const say = async (text: string, code: string): Promise<void> => {
    said = ''
    socket.write(text)
    await waitFor(`${code} to ${JSON.stringify(text)}`, () => said.includes(`${code} `), { describe: () => said })
  }
  await waitFor('the greeting', () => said.includes('220 '), { describe: () => said })
  await say('EHLO me\r\n', '250')
  await say('MAIL FROM:<a@b.test>\r\n', '250')
  await say('RCPT TO:<ada@example.test>\r\n', '250')
  await say('DATA\r\n', '354')
  socket.write('X-Order-Id: order-9\r\nSubject: Seats\r\n\r\nhi\r\n.\r\n')
  return socket
}

function get(path: string, door = api.port): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const ask = request({ host: '127.0.0.1', port: door, path, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => void (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }))
    })
    ask.on('error', reject)
    ask.end()
  })
}

test('a mail is a ledger row: its order as the key, its subject decoded, nobody known to have sent it', async () => {
  await sendMail({ 'X-Order-Id': 'order-7' })
  const row = { effect: 'mail', key: 'order-7', summary: 'Your ticket für Æ', to: 'ada@example.test' }
  expect(rows).toEqual([{ ...row, taskId: null, pid: null, attempt: null, refused: false }])
})

test('without an order the message id is the key', async () => {
  await sendMail()
  expect(rows[0]?.key).toMatch(/^<.+@.+>$/)
})

test('through the attributed door the row names task, pid and attempt', async () => {
  const socket = await sendAttributed({ pid: 4411, taskId: 'task-1', attempt: 2 })
  const row = await waitFor('the row', () => rows[0])
  expect(row).toMatchObject({
    key: 'order-9',
    summary: 'Seats',
    pid: 4411,
    taskId: 'task-1',
    attempt: 2,
    refused: false,
  })
  socket.destroy()
})

test('whoever says nothing sensible at the attributed door is shown out', async () => {
  const socket = connect({ host: '127.0.0.1', port: mail.attributedPort })
  socket.on('error', () => undefined)
  let gone = false
  socket.on('close', () => void (gone = true)).resume()
  socket.write('EHLO me\r\n')
  await waitFor('the close', () => gone)
})

test('a slow server takes its time for each mail, and a client that leaves meanwhile leaves a refused row', async () => {
  await set({ mail: { delayMs: 300 } })
  const started = performance.now()
  await sendMail()
  expect(performance.now() - started).toBeGreaterThanOrEqual(295)
  expect(rows).toHaveLength(1)
  await set({ mail: { delayMs: 60_000 } })
  const socket = await sendAttributed({ pid: 1, taskId: 'gone', attempt: 0 })
  await waitFor('the mail to be on its way', () => socket.bytesWritten > 100)
  socket.destroy()
  const row = await waitFor('the refused row', () => rows[1])
  expect(row).toMatchObject({ taskId: 'gone', refused: true })
})

test('making a slow server fast lets the waiting mails through', async () => {
  await set({ mail: { delayMs: 60_000 } })
  const sending = sendMail()
  await waitFor('a moment for the mail to arrive', () => new Promise((resolve) => setTimeout(() => resolve(true), 200)))
  await set({ mail: { delayMs: 0 } })
  await sending
  expect(rows).toHaveLength(1)
})

test('a server made fast in the moment in which a client goes does not take the mail of that client', async () => {
  for (let n = 0; n < 5; n++) {
    await set({ mail: { delayMs: 60_000 } })
    const socket = await sendAttributed({ pid: 1, taskId: 'gone', attempt: 0 })
    await waitFor(
      'a moment for the mail to arrive',
      () => new Promise((resolve) => setTimeout(() => resolve(true), 100)),
    )
    const made = set({ mail: { delayMs: 0 } })
    socket.destroy()
    await made
    expect(await waitFor('its row', () => rows[n])).toMatchObject({ taskId: 'gone', refused: true })
  }
})

test('a stopped mail server drops its connections and refuses new ones; started again it is where it was', async () => {
  await set({ mail: { delayMs: 60_000 } })
  const socket = await sendAttributed({ pid: 1, taskId: 'dropped', attempt: 0 })
  let gone = false
  socket.on('close', () => void (gone = true))
  await set({ mail: { running: false } })
  await waitFor('the drop', () => gone)
  await expect(sendMail()).rejects.toThrow(/ECONNREFUSED/)
  await set({ mail: { running: true, delayMs: 0 } })
  await sendMail()
  expect(rows.map((row) => row.refused)).toEqual([true, false])
})

test('the API answers a seat map, slowly or with 503 when told to, and each call is a row', async () => {
  const first = await get('/seats/opening')
  expect(first.status).toBe(200)
  expect(first.body).toMatchObject({ event: 'opening', seats: 32 })
  expect((await get('/seats/opening')).body).toEqual(first.body)
  await set({ api: { failureRate: 1, latencyMs: 150 } })
  const started = performance.now()
  expect((await get('/seats/opening')).status).toBe(503)
  expect(performance.now() - started).toBeGreaterThanOrEqual(145)
  await set({ api: { failureRate: 0, latencyMs: 0 } })
  expect((await get('/elsewhere')).status).toBe(404)
  await waitFor('four rows', () => rows.length === 4)
  expect(rows.map((row) => row.summary)).toEqual([
    'GET /seats/opening → 200',
    'GET /seats/opening → 200',
    'GET /seats/opening → 503',
    'GET /elsewhere → 404',
  ])
})

test('the API takes as many calls a second as its limit says, and answers more with 429 and when to come again', async () => {
  await set({ api: { limitPerSecond: 3 } })
  const answers = await Promise.all(Array.from({ length: 8 }, () => get('/seats/opening')))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429])
  await waitFor('a row for each', () => rows.length === 8)
  expect(rows.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429])
  await set({ api: { limitPerSecond: 0 } })
  expect((await get('/seats/opening')).status).toBe(200)
})

test('a held mail is in the ledger while its sender waits, and goes on when it is released', async () => {
  world.send({ kind: 'hold-mails', hold: true })
  const held = world.next(
    (message): message is Extract<WorldToLab, { kind: 'ledger-row' }> => message.kind === 'ledger-row',
    {
      timeoutMs: 5_000,
    },
  )
  const socket = await sendAttributed({ pid: 7, taskId: 'held', attempt: 0 })
  let answered = ''
  socket.on('data', (chunk: Buffer) => void (answered += chunk.toString()))
  const row = await held
  if (row.kind !== 'message') throw new Error(JSON.stringify(row))
  expect(row.message).toMatchObject({ row: { taskId: 'held', refused: false }, held: 1 })
  expect(answered).not.toContain('250 ')
  world.send({ kind: 'release', held: 1 })
  await waitFor('the mail server says yes', () => answered.includes('250 '), { describe: () => answered })
  socket.destroy()
})

test('an event whose name cannot be decoded is a 400, and the world goes on', async () => {
  expect((await get('/seats/%zz')).status).toBe(400)
  expect((await get('/seats/harbour')).status).toBe(200)
  expect(world.running).toBe(true)
})

test('a mail over 10 MB is refused in SMTP’s words and is no row', async () => {
  // By hand: nodemailer would announce the size, and a client need not.
  const socket = await sendAttributed({ pid: 1, taskId: null, attempt: null })
  await waitFor('the row of a small mail', () => rows[0])
  let said = ''
  socket.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  for (const text of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']) {
    said = ''
    socket.write(`${text}\r\n`)
    await waitFor(`an answer to ${text}`, () => /^[23]\d\d /m.test(said))
  }
  const line = `${'x'.repeat(998)}\r\n`
  for (let at = 0; at < 11; at += 1) socket.write(line.repeat(1_049))
  socket.write('.\r\n')
  await waitFor('the refusal', () => said.includes('552 '), { describe: () => said })
  expect(rows).toHaveLength(1)
  socket.destroy()
})

test('a subject with line ends and escapes is one short line in its row', async () => {
  await sendMail({ 'X-Order-Id': `order ${'9'.repeat(900)}`, Subject: '=?utf-8?Q?one=0Atwo=1B[2Jthree?=' })
  expect(rows[0]?.summary).not.toMatch(/\p{Cc}/u)
  expect(rows[0]?.key).toHaveLength(500)
})

test('the API’s attributed door knows who called, also when the request came in the same packet', async () => {
  const socket = connect({ host: '127.0.0.1', port: api.attributedPort })
  let said = ''
  socket.on('data', (chunk: Buffer) => void (said += chunk.toString()))
  socket.write(
    `${JSON.stringify({ pid: 5, taskId: 'caller', attempt: 1 })}\nGET /seats/opening HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n`,
  )
  const row = await waitFor('the row', () => rows[0], { describe: () => said })
  expect(row).toMatchObject({ effect: 'api', pid: 5, taskId: 'caller', attempt: 1 })
  await waitFor('the answer', () => said.includes('"free"'))
  socket.destroy()
})

test('a world that died comes back on the ports it had', async () => {
  world.kill()
  await world.exitedWithin(2_000)
  expect(await startWorld([mail, api, db])).toEqual({ mail, api, db })
  await sendMail()
  expect(rows).toHaveLength(1)
})

test('the world ends when its parent goes away', async () => {
  world.disconnect()
  expect(await world.exitedWithin(30_000)).toBe(true)
})
