/**
 * An exported lab runs on real Celery: the gauntlet of phase 5 (late acks, retries, a database, the hall's service), written as a project, on
 * Debian's Python with its stand-ins, the standard library's WSGI server, and a mail server of this test.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { SMTPServer } from 'smtp-server'
import { afterAll, expect, test } from 'vitest'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'
import { projectFiles } from '../../src-main/lesson-runner/project/project-files.js'
import { writeProject } from '../../src-main/lesson-runner/project/write-project.js'
import { python } from '../support/real-celery.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const lessonsFolder = join(import.meta.dirname, '../../lessons')
const standIn = (name: string): Promise<string> => readFile(join(lessonsFolder, 'project', name), 'utf8')
const redis = await startRedisServer()
const orders: string[] = []
const mailServer = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, done) {
    let text = ''
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    stream.on('end', () => {
      orders.push(/^X-Order-Id: (\d+)\r$/m.exec(text)?.[1] ?? 'none')
      done()
    })
  },
})
await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve))
const children: ChildProcess[] = []
const parent = await mkdtemp(join(tmpdir(), 'project-'))

afterAll(async () => {
  const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(ended)
  await new Promise<void>((resolve) => mailServer.close(() => resolve()))
  await redis.stop()
  await rm(parent, { recursive: true, force: true })
})

const SERVE = `
from wsgiref.simple_server import WSGIRequestHandler, make_server
from web import app
server = make_server('127.0.0.1', 0, app)
print('at port', server.server_port, flush=True)
server.serve_forever()
`

/** Answers what it printed up to the awaited words. */
async function start(folder: string, args: readonly string[], environ: object, awaited: RegExp): Promise<string> {
  const env = { ...process.env, ...environ, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' }
  const child = spawn(python, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await waitFor(`${args.join(' ')} says ${String(awaited)}`, () => awaited.test(said), { describe: () => said })
  return awaited.exec(said)?.[1] ?? ''
}

test('the gauntlet, exported: orders are fulfilled by a real worker, once each', async () => {
  const { steps } = await readLesson(lessonsFolder, '05-retries-and-errors')
  const step = steps.find(({ id }) => id.endsWith('-the-gauntlet')) ?? expect.fail('there is no gauntlet')
  const files = projectFiles({
    place: 'a test',
    files: step.solved,
    topology: step.topology,
    standIns: { database: await standIn('sqlite_database.py'), hall: await standIn('hall.py') },
    settingsPage: '',
    celeryVersion: '5.6.3',
  })
  const written = await writeProject(parent, files)
  if (!written.ok) expect.fail(written.problem.what)
  const folder = written.value
  const hallPort = await start(folder, ['hall.py', '0'], {}, /at port (\d+)/)
  const environ = {
    CELERY_BROKER_URL: redis.url(),
    CELERY_RESULT_BACKEND: redis.url(),
    MAIL_HOST: '127.0.0.1',
    MAIL_PORT: String((mailServer.server.address() as AddressInfo).port), // listening on TCP
    API_URL: `http://127.0.0.1:${hallPort}`,
  }
  await start(folder, ['-m', 'celery', '-A', 'tasks', 'worker', '-c', '2', '--loglevel', 'INFO'], environ, / ready\./)
  const webPort = await start(folder, ['-c', SERVE], environ, /at port (\d+)/)
  for (let n = 0; n < 3; n++) {
    const response = await fetch(`http://127.0.0.1:${webPort}/order`, {
      method: 'POST',
      headers: { connection: 'close' },
    })
    await response.text()
    expect(response.status).toBeLessThan(400)
  }
  await waitFor('three mails', () => orders.length >= 3)
  expect(new Set(orders).size).toBe(3)
  expect(orders).toHaveLength(3)
}, 90_000)
