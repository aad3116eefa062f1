/** fetch, node:http and nodemailer in a TypeScript task, against the real world process's services: who did it is known. */
import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TaskOutcome, TaskRunner } from '../../src-main/engine/trace/task-runner.js'
import { createNodeRunner } from '../../src-main/node-host/node-runner.js'
import { World } from '../../src-main/world/world.js'
import { workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { waitFor } from '../support/wait-for.js'

const text = `
import { get } from 'node:http'
import { Celery, type RunningTask } from 'celery-from-zero'
import nodemailer from 'nodemailer'

export const app = new Celery('tasks')
const mail = async (to: string) => {
  const server = nodemailer.createTransport({ host: process.env.MAIL_HOST, port: Number(process.env.MAIL_PORT) })
  await server.sendMail({ from: 'tickets@harbour.test', to, subject: 'Your ticket für Æ', headers: { 'X-Order-Id': '7' }, text: 'Row 1' })
}
app.task('tasks.mail', mail)
app.task('tasks.seats', async (times: number) => {
  for (let n = 0; n < times; n++) await (await fetch(process.env.API_URL + '/seats/gala')).json()
  return times
})
app.task('tasks.http', () => new Promise((resolve, reject) => {
  get(process.env.API_URL + '/seats/gala', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
}))
app.task('tasks.elsewhere', async (url: string) => (await fetch(url)).status)
app.task('tasks.fails', () => { throw new Error('no') }, { onFailure: () => mail('ops@harbour.test') })
`

interface Row {
  readonly effect: string
  readonly to: string | null
  readonly pid: number | null
  readonly taskId: string | null
  readonly attempt: number | null
}

const rows: Row[] = []
let world: World
let runner: TaskRunner
let api: { readonly port: number; readonly attributedPort: number }
const workdir = workspace({})

beforeAll(async () => {
  world = new World({
    settings: {
      mail: { running: true, delayMs: 0 },
      api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
    },
    seed: 1,
    onRow: (row) => void rows.push(row),
    log: () => undefined,
  })
  const ports = await world.start()
  api = ports.api
  runner = createNodeRunner({
    workdir,
    files: [{ name: 'tasks.ts', text }],
    fingerprint: '',
    modules: ['tasks'],
    brokerUrl: 'redis://127.0.0.1:1/0',
    resultBackend: '',
    services: [
      { host: '127.0.0.1', ...ports.mail },
      { host: '127.0.0.1', ...ports.api },
    ],
    sends: true,
    environ: {
      MAIL_HOST: '127.0.0.1',
      MAIL_PORT: String(ports.mail.port),
      API_URL: `http://localhost:${ports.api.port}`,
    },
    threadFile: entry('node-thread'),
    onLog: () => Promise.resolve(),
    onOutput: () => Promise.resolve(),
    onExit: () => undefined,
  })
  expect(await runner.load()).toMatchObject({ kind: 'loaded' })
})
afterEach(() => void (rows.length = 0))
afterAll(async () => {
  await runner.close()
  await world.close()
  rmSync(workdir, { recursive: true, force: true })
})

function run(name: string, args: readonly unknown[], { id = 'some-id', retries = 0 } = {}): Promise<TaskOutcome> {
  const requestJson = JSON.stringify({ id, retries })
  const argsJson = JSON.stringify(args)
  return runner.run({ taskName: `tasks.${name}`, requestJson, argsJson, kwargsJson: '{}' })
}

describe('a TypeScript task', () => {
  test('sends a mail, and the ledger knows which process, task and attempt it was', async () => {
    expect(await run('mail', ['ada@example.test'], { id: 'mail-1', retries: 2 })).toMatchObject({ kind: 'success' })
    await waitFor('the row', () => rows.length === 1)
    expect(rows[0]).toMatchObject({
      effect: 'mail',
      to: 'ada@example.test',
      pid: process.pid,
      taskId: 'mail-1',
      attempt: 3,
    })
  })

  test('asks the API by fetch and by node:http, and each task is known for its own calls', async () => {
    expect(await run('seats', [3], { id: 'first' })).toMatchObject({ kind: 'success' })
    expect(await run('seats', [2], { id: 'second' })).toMatchObject({ kind: 'success' })
    expect(await run('http', [], { id: 'third' })).toMatchObject({ kind: 'success', resultJson: '200' })
    await waitFor('the rows', () => rows.length === 6)
    const ids = ['first', 'first', 'first', 'second', 'second', 'third']
    expect(rows.map(({ taskId }) => taskId)).toEqual(ids)
    expect(new Set(rows.map(({ pid }) => pid))).toEqual(new Set([process.pid]))
  })

  test("says the failed task's id for what its onFailure does", async () => {
    expect(await run('fails', [], { id: 'failed' })).toMatchObject({ kind: 'failure' })
    await runner.afterwards?.('stored')
    await waitFor('the row', () => rows.length === 1)
    expect(rows[0]).toMatchObject({ to: 'ops@harbour.test', taskId: 'failed', attempt: 1 })
  })

  test('reaches what is no service as it was asked for', async () => {
    // The door that expects nobody to say who they are: it would refuse the line.
    const outcome = await run('elsewhere', [`http://127.0.0.1:${api.attributedPort}/seats/gala`])
    expect(outcome).toMatchObject({ kind: 'failure', error: { excType: 'TypeError' } })
  })
})
