/** The shell process: a script in either language sends tasks, prints plain text and ends with its own exit code. */
import { rmSync } from 'node:fs'
import { fork, type ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { LabToShell, ShellToLab } from '../../src-main/processes/messages/shell-messages.js'
import { environmentOf, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let server: RedisServer
let folder = ''
let child: ChildProcess | null = null

beforeAll(async () => void (server = await startRedisServer()))
afterAll(() => server.stop())
afterEach(async () => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  await server.client().flushall()
})

const tasksTs = `import { Celery } from 'celery-from-zero'
export const app = new Celery('tasks')
export const add = app.task('tasks.add', (x: number, y: number): number => x + y)
`
const tasksPy = `from celery import Celery\napp = Celery('tasks')\n@app.task\ndef add(x, y):\n    return x + y\n`

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly told: readonly ShellToLab[]
}

function run(files: Readonly<Record<string, string>>): Promise<Ended> {
  folder = workspace(files)
  const process_ = fork(entry('shell'), [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  child = process_
  const told: ShellToLab[] = []
  const text = { out: '', err: '' }
  process_.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  process_.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  process_.on('message', (message) => told.push(message as ShellToLab)) // our own entry
  const url = server.url()
  const environment = environmentOf(folder, { brokerUrl: url, resultBackend: url })
  process_.send({ kind: 'start', environment, appModule: 'tasks', script: 'buy' } satisfies LabToShell)
  return new Promise((resolve) => process_.once('close', (code) => resolve({ code, ...text, told })))
}

test.each([
  ['tasks.py', tasksPy, 'buy.py', 'from tasks import add\nprint("sent", len(add.delay(2, 3).id))\n'],
  [
    'tasks.ts',
    tasksTs,
    'buy.ts',
    `import { add } from './tasks'\nconsole.log('sent', (await add.delay(2, 3)).id.length)\n`,
  ],
])('a script beside %s sends, prints and ends', async (tasksName, tasks, scriptName, script) => {
  const ended = await run({ [tasksName]: tasks, [scriptName]: script })
  expect(ended).toMatchObject({ code: 0, out: 'sent 36\n', err: '' })
  expect(ended.told.map(({ kind }) => kind)).toEqual(['running', 'finished'])
  expect(await server.client().llen('celery')).toBe(1)
})

test('receivers of a script hear of what it sends, also of one that sends from there', async () => {
  const script = `
from celery import signals
from tasks import add
heard = []
@signals.before_task_publish.connect
def before(sender, headers, **kwargs):
    headers['x-by'] = 'script'
    if headers['retries'] == 0 and len(heard) == 0:
        heard.append(sender)
        add.delay(0, 0)
@signals.after_task_publish.connect
def after(sender, body, **kwargs):
    print('after', sender, body[0])
add.delay(1, 2)
`
  const { code, out, err } = await run({ 'tasks.py': tasksPy, 'buy.py': script })
  expect({ code, out, err }).toEqual({ code: 0, out: 'after tasks.add [0, 0]\nafter tasks.add [1, 2]\n', err: '' })
  const sent = await server.client().lrange('celery', 0, -1)
  expect(sent.map((text) => (JSON.parse(text) as { headers: Record<string, string> }).headers['x-by'])).toEqual([
    'script',
    'script',
  ])
})

test('what a script sends last and does not wait for is sent', async () => {
  const script = `import { add } from './tasks'\nfor (let n = 0; n < 20; n++) void add.delay(n, n)\n`
  expect(await run({ 'tasks.ts': tasksTs, 'buy.ts': script })).toMatchObject({ code: 0, err: '' })
  expect(await server.client().llen('celery')).toBe(20)
})

test.each([
  ['buy.py', 'import sys\nsys.exit(3)\n', 3, /^$/],
  ['buy.ts', 'process.exit(3)\n', 3, /^$/],
  ['buy.ts', '\nawait null\nthrow new RangeError("no")\n', 1, /^RangeError: no\n {4}at .*buy\.ts:3:7\)?\n$/],
  ['buy.ts', 'const a: = 1\n', 1, /^buy\.ts:1\nconst a: = 1\n {9}\^\nSyntaxError: Unexpected token\n$/],
  [
    'buy.ts',
    'setTimeout(() => { throw new Error("late") }, 0)\nawait new Promise(() => {})\n',
    1,
    /^Error: late\n {4}at .*buy\.ts:1:\d+\)?\n$/,
  ],
])('%s %j ends with %i', async (name, script, code, err) => {
  const tasks = name.endsWith('.py') ? { 'tasks.py': tasksPy } : { 'tasks.ts': tasksTs }
  const ended = await run({ ...tasks, [name]: script })
  expect(ended).toMatchObject({ code, err: expect.stringMatching(err) })
})
