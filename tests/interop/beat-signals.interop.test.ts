/** What beat tells the code, in a process of its own and inside a worker: real Celery (5.2.6) and ours on the same file. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entry } from '../support/entries.js'
import { python, realCeleryEnvironment } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
import sys
from celery import Celery, signals
app = Celery('tasks')
app.conf.beat_schedule = {'often': {'task': 'tasks.note', 'schedule': 0.5}}

def say(*words):
    sys.__stdout__.write(' '.join(['heard:', *map(str, words)]) + '\\n')
    sys.__stdout__.flush()

@app.task
def note():
    pass

@signals.beat_init.connect
def at_init(sender, **kwargs):
    say('beat_init', sender.app.main)

@signals.beat_embedded_init.connect
def at_embedded_init(sender, **kwargs):
    say('beat_embedded_init', sender.app.main)

@signals.heartbeat_sent.connect
def at_heartbeat(sender, **kwargs):
    say('heartbeat_sent', sender.eventer.hostname)

@signals.before_task_publish.connect
def before(sender, headers, **kwargs):
    headers['x-by'] = 'beat'

@signals.task_sent.connect
def sent(sender, task_id, task, args, kwargs, eta, taskset, **more):
    say('task_sent', sender, task, list(args), kwargs, eta, taskset)
`

let server: RedisServer
let folder: string
beforeAll(async () => {
  server = await startRedisServer()
  folder = await mkdtemp(join(tmpdir(), 'beat-signals-'))
  await writeFile(join(folder, 'tasks.py'), tasksPy)
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Different lines that were heard, until there is a message and a line of each kind; and what is in the queue then. */
async function heardOf(program: readonly string[], words: readonly string[], kinds: number) {
  const connection = server.client()
  await connection.flushall()
  const [file = '', ...before] = program
  const child = spawn(file, [...before, '-A', 'tasks', ...words], {
    cwd: folder,
    env: realCeleryEnvironment({ brokerUrl: server.url() }),
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true, // its own process group: real Celery's pool and beat would outlive it
  })
  const kill = (): void => void process.kill(-(child.pid ?? 0), 'SIGKILL')
  process.once('exit', kill)
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const heard = (): readonly string[] => [...new Set([...out.matchAll(/heard: .*/g)].map(([line]) => line))].toSorted()
  try {
    await expect.poll(() => heard().length, { timeout: 60_000 }).toBe(kinds)
    const queue = words.includes('beat') ? 'celery' : 'elsewhere'
    await expect.poll(() => connection.llen('celery'), { timeout: 60_000 }).toBeGreaterThan(queue === 'celery' ? 0 : -1)
    const [text] = await connection.lrange(queue, 0, 0)
    return { heard: heard(), by: text && (JSON.parse(text) as { headers: Record<string, string> }).headers['x-by'] }
  } finally {
    process.off('exit', kill)
    kill()
    connection.disconnect()
  }
}

it.each([
  ['in its own process', ['beat', '-s', 'schedule-own'], 2],
  ['inside a worker', ['worker', '-B', '-s', 'schedule-in', '-c', '1', '-n', 'w@here', '--without-mingle'], 4],
])('%s', async (_where, words, kinds) => {
  const real = await heardOf([python, '-m', 'celery'], words, kinds)
  const ours = await heardOf([process.execPath, entry('cli')], words, kinds)
  expect(ours).toEqual(real)
  if (words[0] === 'beat') expect(ours.by).toBe('beat')
})
