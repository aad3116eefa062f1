/**
 * What the learner sees runs unchanged elsewhere: Harbour's own files, taken from lessons/, on Debian's Python with real Celery,
 * the standard library's WSGI server, and a mail server of this test.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, expect, test } from 'vitest'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'
import type { Files } from '../../src-main/lesson-runner/format/step-files.js'
import { startRealWorker } from '../support/real-celery.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const { steps } = await readLesson(join(import.meta.dirname, '../../lessons'), '01-what-celery-is')
const start = steps[0]?.start ?? {}
const solved = steps.at(-1)?.solved ?? {}

const redis = await startRedisServer()
/** X-Order-Id of each mail that arrived. */
const orders: string[] = []
let mailTakesMs = 0
const mailServer = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, done) {
    let text = ''
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    stream.on('end', () => {
      orders.push(/^X-Order-Id: (\d+)\r$/m.exec(text)?.[1] ?? 'none')
      setTimeout(done, mailTakesMs)
    })
  },
})
await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve))
// startRealWorker hands this process's environment on.
process.env['MAIL_HOST'] = '127.0.0.1'
process.env['MAIL_PORT'] = String((mailServer.server.address() as AddressInfo).port) // listening on TCP

afterAll(async () => {
  await new Promise<void>((resolve) => mailServer.close(() => resolve()))
  await redis.stop()
})

const SERVE = `
from wsgiref.simple_server import WSGIRequestHandler, make_server
from web import app
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
server = make_server('127.0.0.1', 0, app, handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
`

let web: ChildProcess | null = null
let folder = ''
async function serve(files: Files): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'harbour-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const env = {
    ...process.env,
    CELERY_BROKER_URL: redis.url(),
    CELERY_RESULT_BACKEND: redis.url(),
    PYTHONDONTWRITEBYTECODE: '1',
  }
  web = spawn('/usr/bin/python3', ['-c', SERVE], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let port = ''
  web.stdout?.on('data', (chunk: Buffer) => (port += chunk.toString()))
  await waitFor('the web app says its port', () => port.includes('\n'))
  return `http://127.0.0.1:${port.trim()}`
}
afterEach(async () => {
  const child = web
  web = null
  orders.length = 0
  if (child !== null) {
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await exited
  }
  await rm(folder, { recursive: true, force: true })
})

async function post(url: string): Promise<{ readonly status: number; readonly ms: number }> {
  const began = performance.now()
  const response = await fetch(url, { method: 'POST', headers: { connection: 'close' } })
  await response.text()
  return { status: response.status, ms: performance.now() - began }
}

test("phase 1's start files sell inline and in the background on real Celery", async () => {
  const url = await serve(start)
  expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200)
  expect((await post(`${url}/buy`)).status).toBe(201)
  expect(orders).toHaveLength(1)

  expect((await post(`${url}/buy?mail=background`)).status).toBe(202)
  const client = redis.client()
  expect(await client.llen('celery')).toBe(1)
  expect(orders).toHaveLength(1)

  const worker = await startRealWorker({ brokerUrl: redis.url(), tasksPy: start['tasks.py'] ?? '' }, ['-c', '1'])
  try {
    await waitFor('the waiting mail', () => orders.length === 2)
    expect(Number(orders[1])).toBe(Number(orders[0]) + 1)
    await worker.waitForOutput(
      /Task tasks\.send_confirmation\[.*\] succeeded in .*: 'order \d+ confirmed to ada@example\.com'/,
    )
  } finally {
    await worker.stop()
  }
}, 60_000)

test("the challenge's solution answers first and loses none of ten mails on real Celery", async () => {
  const url = await serve(solved)
  const worker = await startRealWorker({ brokerUrl: redis.url(), tasksPy: solved['tasks.py'] ?? '' }, ['-c', '2'])
  try {
    await post(`${url}/buy`) // the first message also connects to the broker
    mailTakesMs = 1_000
    const { status, ms } = await post(`${url}/group`)
    expect(status).toBe(202)
    expect(ms, 'it waits for none of its mails of a second each').toBeLessThan(5_000)
    await waitFor('eleven mails', () => orders.length === 11)
    expect(new Set(orders).size).toBe(11)
  } finally {
    await worker.stop()
  }
}, 60_000)
