/** Both terminals that are typed into, as processes without a lab: what their keys do, what they ask, a worker in the console. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ChildHandle } from '../../src-main/lab/child-handle.js'
import { withoutColours } from '../../src-main/lab/process-text.js'
import type { LabToTerminal, TerminalToLab } from '../../src-main/processes/messages/terminal-messages.js'
import { environmentOf, workspace } from '../python-host/python-for-tests.js'
import { entry } from '../support/entries.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const tasks = `
import time
from celery import Celery
app = Celery('tasks')

@app.task
def rest(seconds):
    time.sleep(seconds)
    return 'rested'
`

class Terminal {
  readonly child: ChildHandle<LabToTerminal, TerminalToLab>
  readonly heard: TerminalToLab[] = []
  #text = ''

  constructor(name: 'python-prompt' | 'console') {
    this.child = new ChildHandle({ execPath: process.execPath, entry: entry(name) })
    this.child.start()
    this.child.onText((_stream, chunk) => (this.#text += chunk.toString())) // what it says past its channel is a mistake
    this.child.onMessage((message) => {
      this.heard.push(message)
      if (message.kind === 'text') this.#text += message.text
      const names = { tasks: ['tasks.rest'], queues: ['celery', 'mail'], nodes: ['celery@worker1'] }
      if (message.kind === 'names-wanted') this.child.send({ kind: 'names', names })
    })
    const size = { columns: 100, rows: 24 }
    this.child.send({ kind: 'start', environment, historyFile: `${folder}/history-${name}.txt`, size })
  }

  /** Without what moves the cursor. */
  get shown(): string {
    return withoutColours(this.#text)
      .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
      .replaceAll('\r', '')
  }

  /** Types; answers what is shown from then on. */
  keys(data: string): () => string {
    const before = this.shown.length
    this.child.send({ kind: 'input', data })
    return () => this.shown.slice(before)
  }

  /** Types, and waits until a text is shown. */
  async until(data: string, text: string): Promise<string> {
    const since = this.keys(data)
    await shows(since, text)
    return since()
  }
}

const shows = (since: () => string, text: string): Promise<unknown> =>
  waitFor(JSON.stringify(text), () => since().includes(text), { describe: () => JSON.stringify(since()) })

const count = (text: string, word: string): number => text.split(word).length - 1

let redis: RedisServer
let folder: string
let environment: ReturnType<typeof environmentOf>

beforeAll(async () => {
  redis = await startRedisServer()
  folder = workspace({ 'tasks.py': tasks })
  environment = environmentOf(folder, { brokerUrl: redis.url(), resultBackend: redis.url(1) })
})
afterAll(async () => {
  await redis.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('>>> python', () => {
  let python: Terminal

  beforeAll(() => {
    python = new Terminal('python-prompt')
  })
  afterAll(async () => {
    python.child.kill()
    expect(await python.child.exitedWithin(10_000)).toBe(true)
  })

  test('what is typed before Python is ready is not lost', async () => {
    expect(await python.until('print(6 * 7)\r', '42\n>>> ')).toContain('>>> print(6 * 7)')
    const line = 'print("a line that was typed for the learner")'
    python.child.send({ kind: 'type-line', id: 1, line })
    await waitFor('its end', () => python.heard.some((message) => message.kind === 'typed-line-over'))
    expect(python.heard).toContainEqual({ kind: 'line', line })
  })

  test('input() shows its question before what is typed, and gives the line', async () => {
    await python.until('name = input("Who? ")\r', '\nWho? ')
    await python.until('Ada\r', '>>> ')
    expect(await python.until('print(name * 2)\r', 'AdaAda\n>>> ')).not.toContain('Who')
  })

  test('Ctrl+C at input() is one KeyboardInterrupt, and Ctrl+D the end of input', async () => {
    await python.until('input("Again? ")\r', '\nAgain? ')
    const interrupted = await python.until('\u0003', '>>> ')
    expect([count(interrupted, 'Traceback'), count(interrupted, 'KeyboardInterrupt')]).toEqual([1, 1])
    expect(interrupted).not.toContain('EOFError')
    await python.until('input("Again? ")\r', '\nAgain? ')
    expect(await python.until('\u0004', '>>> ')).toContain('EOFError')
  })

  test.each(['import time; time.sleep(600)', 'while True: pass\r', 'from tasks import rest; rest.delay(1).get()'])(
    'Ctrl+C ends %j with one KeyboardInterrupt, also when it comes at once',
    async (statement) => {
      for (const waitMs of [0, 1, 20, 300]) {
        const since = python.keys(`${statement}\r`)
        await new Promise((resolve) => setTimeout(resolve, waitMs))
        python.keys('\u0003')
        // Python itself may add where it was ("when serializing tuple item 0"), or which error it was about to handle.
        await waitFor('the prompt', () => /KeyboardInterrupt\n(when .*\n)*>>> $/.test(since()), { describe: since })
        expect(count(since(), '\nKeyboardInterrupt\n')).toBe(1)
        expect(since()).not.toMatch(/\.[cm]js|lab_host/) // frames of the learner's and of celery's alone
      }
    },
  )

  test('a line that is no Python is shown with its place, and no frame of the compiler', async () => {
    const shown = await python.until('1 +\r', 'SyntaxError: invalid syntax\n>>> ')
    expect(shown).toMatch(/\n {2}File "<python-input-\d+>", line 1\n {4}1 \+\n/)
    expect(shown).not.toContain('codeop')
  })

  test('Ctrl+C that comes before input() has asked leaves no question behind', async () => {
    const since = python.keys('import time; time.sleep(0.2); input("Late? ")\r')
    await waitFor('its start', () =>
      python.heard.some((message) => message.kind === 'line' && /Late/.test(message.line)),
    )
    python.keys('\u0003')
    await shows(since, 'KeyboardInterrupt\n>>> ')
    expect(since()).not.toMatch(/\.[cm]js|lab_host/) // frames of the learner's alone
    expect(await python.until('print("still " + "here")\r', 'still here\n>>> ')).not.toContain('Late')
  })

  test('a stop while something runs is quiet', async () => {
    const since = python.keys('import time; time.sleep(600)\r')
    await waitFor('its start', () =>
      python.heard.some((message) => message.kind === 'line' && /600/.test(message.line)),
    )
    python.child.send({ kind: 'stop' })
    expect(await python.child.exitedWithin(30_000)).toBe(true)
    expect(since()).not.toMatch(/Error|Traceback| at /)
  })
})

describe('$ console', () => {
  let terminal: Terminal

  beforeAll(async () => {
    await redis.client().flushall() // what the Python above has sent
    terminal = new Terminal('console')
  })
  afterAll(async () => {
    terminal.child.send({ kind: 'stop' })
    expect(await terminal.child.exitedWithin(30_000)).toBe(true)
  })

  test.each([
    ['LLE', 'LLEN '],
    ['config ge', 'config get '], // as Redis 7 tells its subcommands
    ['celery -A ta', '-A tasks '],
    ['celery -A tasks worker -Q ma', '-Q mail'],
    ['celery -A tasks call tasks.r', 'tasks.rest '],
    ['celery -A tasks inspect ping -d c', 'celery@worker1'],
  ])('Tab after %j gives %j', async (line, whole) => {
    const since = terminal.keys(line)
    await shows(since, line)
    terminal.keys('\t')
    await shows(since, whole)
    await terminal.until('\u0003', '^C\n$ ')
  })

  test('a second Tab lists what fits', async () => {
    const since = terminal.keys('celery -A tasks inspect act')
    terminal.keys('\t')
    await shows(since, 'inspect active')
    terminal.keys('\t')
    await shows(since, 'active_queues')
    await terminal.until('\u0003', '^C\n$ ')
  })

  test('what is none of Redis’ commands is said so', async () => {
    expect(await terminal.until('vim tasks.py\r', 'there is no such command here')).toContain('vim: ')
    expect(await terminal.until('llen celery\r', '\n$ ')).toContain('(integer) 0')
  })

  test('what destroys asks once, and no leaves everything as it was', async () => {
    await terminal.until('RPUSH celery precious\r', '(integer) 1')
    for (const line of ['FLUSHALL', 'DEL celery', 'celery -A tasks purge -f', 'celery -A tasks control shutdown']) {
      const since = terminal.keys(`${line}\r`)
      await shows(since, 'Run it? [y/N]: ')
      terminal.keys('n\r')
      await shows(since, 'Nothing was done.\n$ ')
      expect(count(since(), 'Run it?')).toBe(1)
    }
    expect(await terminal.until('LLEN celery\r', '\n$ ')).toContain('(integer) 1')
    const asked = terminal.keys('celery -A tasks purge\r')
    await shows(asked, 'Are you sure you want to delete all tasks? [y/N]: ')
    terminal.keys('y\r')
    await shows(asked, 'Purged 1 message from 1 known task queue.\n$ ')
    expect(asked()).not.toContain('Run it?')
  })

  test('a worker here: its lines, one Ctrl+C stops it warm, two cold', { timeout: 240_000 }, async () => {
    const send = async (seconds: number): Promise<void> => {
      const call = terminalOfCalls.keys(`celery -A tasks call tasks.rest -a [${seconds}]\r`)
      await shows(call, '\n$ ')
    }
    const terminalOfCalls = new Terminal('console')
    try {
      const worker = 'celery -A tasks worker -n here@here -c 1 -l INFO\r'
      const warm = terminal.keys(worker)
      await shows(warm, 'here@here ready.')
      expect(warm()).toContain('[tasks]\n  . tasks.rest')
      await send(2)
      await shows(warm, 'received')
      terminal.keys('\u0003')
      await shows(warm, 'worker: Warm shutdown (MainProcess)')
      await shows(warm, '\n$ ')
      expect(warm()).toMatch(/Task tasks\.rest\[[^\]]+\] succeeded/) // it was waited for

      const cold = terminal.keys(worker)
      await shows(cold, 'here@here ready.')
      await send(600)
      await shows(cold, 'received')
      terminal.keys('\u0003')
      await shows(cold, 'worker: Warm shutdown (MainProcess)')
      terminal.keys('\u0003')
      await shows(cold, 'terminate all running tasks!')
      await shows(cold, '\n$ ')
      expect(cold()).not.toContain('succeeded')
    } finally {
      terminalOfCalls.child.send({ kind: 'stop' })
      await terminalOfCalls.child.exitedWithin(30_000)
    }
  })
})
