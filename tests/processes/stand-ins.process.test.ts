/** A Python web app beside tasks in TypeScript: it imports them, sends them, and calls them. */
import { rmSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import type { CodeCheckToLab, LabToCodeCheck } from '../../src-main/processes/messages/code-check-messages.js'
import type { LabToWeb, WebToLab } from '../../src-main/processes/messages/web-messages.js'
import { environmentOf, snapshotFile, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const tasksTs = `
import { Celery } from 'celery-from-zero'
import { words } from './letter'

export const app = new Celery('harbour', { task_routes: { 'tasks.report': { queue: 'reports' } } })
export const sendTicket = app.task('tasks.send_ticket', (order: number) => words(order), { ignoreResult: true, expires: 60 })
export const report = app.task('tasks.report', () => 1, { timeLimit: 5 })
app.task('other.task', () => 1)
export const renamed = app.task('tasks.old_name', () => 1)
export async function plainWords(word: string, more: unknown[]) { console.log('said here'); return { word, more } }
export const throws = app.task('tasks.throws', async (order: number) => { await Promise.resolve(); throw new RangeError("no order " + order) })
export const bound = app.task('tasks.bound', (_self, order: number) => order, { bind: true })
export class Never {}
export const LIMIT = 5
void sendTicket.delay(1)
`
const web = `
from celery import chain
from celery.result import AsyncResult
import tasks
from tasks import send_ticket

def app(environ, start_response):
    path = environ['PATH_INFO']
    start_response('200 OK', [])
    if path == '/buy':
        send_ticket.delay(41)
    elif path == '/report':
        chain(send_ticket.s(1), tasks.report.si()).apply_async()
        tasks.report.delay()
    elif path == '/call':
        return [repr([send_ticket(7), send_ticket(8), tasks.renamed(), tasks.plain_words('a', [1, None, 2.5])]).encode()]
    elif path == '/thrown':
        try:
            tasks.throws(4)
        except RuntimeError as exc:
            return [str(exc).encode()]
    elif path == '/bound':
        try:
            tasks.bound(4)
        except RuntimeError as exc:
            return [str(exc).encode()]
    elif path == '/names':
        return [repr(sorted([name for name in vars(tasks) if not name.startswith('_')]) + [tasks.renamed.name, tasks.app.main]).encode()]
    return [b'done']
`
const files = {
  'tasks.ts': tasksTs,
  'web.py': web,
  'letter.ts': 'export const words = (order: number) => `order ${order}`\n',
}

describe('a web app beside TypeScript tasks', () => {
  let server: RedisServer
  let redis: Redis
  let child: ChildHandle<LabToWeb, WebToLab> | null = null
  let folder = ''
  let said = ''

  beforeAll(async () => {
    server = await startRedisServer()
    redis = server.client()
  })
  beforeEach(async () => void (await redis.flushall()))
  afterEach(async () => {
    child?.kill()
    await child?.exitedWithin(5_000)
    child = null
    rmSync(folder, { recursive: true, force: true })
  })
  afterAll(() => server.stop())

  async function start(some: Readonly<Record<string, string>>): Promise<WebToLab> {
    folder = workspace(some)
    const heard: WebToLab[] = []
    said = ''
    const started = new ChildHandle<LabToWeb, WebToLab>({ execPath: process.execPath, entry: entry('web') })
    child = started
    started.start()
    started.onText((_stream, chunk) => (said += chunk))
    started.onMessage((message) => heard.push(message))
    const environment = environmentOf(folder, { brokerUrl: server.url(), resultBackend: server.url() })
    started.send({ kind: 'start', environment, appModule: 'web', port: 0 })
    return waitFor('an answer to start', () => heard.find(({ kind }) => kind !== 'importing'), {
      describe: () => said,
      timeoutSeconds: 60,
    })
  }

  async function page(path: string): Promise<string> {
    const answer = await start(files)
    if (answer.kind !== 'ready') throw new Error(JSON.stringify(answer))
    return (await fetch(`http://127.0.0.1:${answer.port}${path}`)).text()
  }

  const messages = async (queue: string): Promise<{ headers: Record<string, unknown>; body: string }[]> =>
    (await redis.lrange(queue, 0, -1)).map(
      (text) => JSON.parse(text) as { headers: Record<string, unknown>; body: string },
    )

  it("sends a task by its name, with the task's own options, and what the module sends while it loads is not sent", async () => {
    expect(await page('/buy')).toBe('done')
    const sent = await messages('celery')
    expect(sent.map(({ headers }) => headers)).toMatchObject([{ task: 'tasks.send_ticket', ignore_result: true }])
    expect(sent[0]?.headers.expires).toEqual(expect.any(String))
    expect(JSON.parse(Buffer.from(sent[0]?.body ?? '', 'base64').toString())).toMatchObject([[41], {}, {}])
  })

  it("makes a canvas of them, and the app's routes hold", async () => {
    expect(await page('/report')).toBe('done')
    const [first] = await messages('celery')
    const [, , embed] = JSON.parse(Buffer.from(first?.body ?? '', 'base64').toString()) as [unknown, unknown, unknown]
    expect(embed).toMatchObject({ chain: [{ task: 'tasks.report', immutable: true }] })
    const routed = await messages('reports')
    expect(routed.map(({ headers }) => headers)).toMatchObject([{ task: 'tasks.report', timelimit: [5, null] }])
  })

  it('holds the tasks of that module by their names and by those that it exports, and its app and functions', async () => {
    const names = "'app', 'bound', 'old_name', 'plain_words', 'renamed', 'report', 'send_ticket', 'throws'"
    expect(await page('/names')).toBe(`[${names}, 'tasks.old_name', 'harbour']`)
  })

  it('calls what the module exports and what its tasks do in its own process, and nothing is sent', async () => {
    expect(await page('/call')).toBe("['order 7', 'order 8', 1, {'word': 'a', 'more': [1, None, 2.5]}]")
    expect(said).toContain('said here\n')
    expect(await messages('celery')).toHaveLength(0)
  })

  it('is told what such a function has thrown, and where', async () => {
    const line = tasksTs.split('\n').findIndex((text) => text.includes('RangeError')) + 1
    const told = await page('/thrown')
    expect(told).toContain('throws, written in TypeScript (tasks.ts), has thrown:\n')
    expect(told).toContain('RangeError: no order 4')
    expect(told).toContain(`tasks.ts:${line}:`)
  })

  it('is told that a bound task is sent', async () => {
    expect(await page('/bound')).toContain('tasks.bound is a bound task: it runs in a worker, send it with delay()')
  })

  it('is refused with the place in the TypeScript file when that does not load', async () => {
    const answer = await start({ ...files, 'tasks.ts': `${tasksTs}\nthrow new Error('broken')\n` })
    const line = tasksTs.split('\n').length + 1
    expect(answer).toMatchObject({ kind: 'refused', problem: { place: { file: 'tasks.ts', line } } })
  })

  it('passes the code check together with them, each task named once', async () => {
    folder = workspace(files)
    const checker = new ChildHandle<LabToCodeCheck, CodeCheckToLab>({
      execPath: process.execPath,
      entry: entry('code-check'),
    })
    const heard: CodeCheckToLab[] = []
    checker.start()
    checker.onMessage((message) => heard.push(message))
    const environment = { ...environmentOf(folder), snapshotFile }
    checker.send({ kind: 'check', environment, modules: ['tasks', 'web'] })
    const answer = await waitFor('the answer of the check', () => heard[0], { timeoutSeconds: 60 })
    expect(answer).toMatchObject({
      kind: 'passed',
      tasks: ['other.task', 'tasks.bound', 'tasks.old_name', 'tasks.report', 'tasks.send_ticket', 'tasks.throws'].map(
        (name) => ({ name }),
      ),
    })
    await checker.exitedWithin(10_000)
  })
})
