/** `event_serializer`: events in YAML, of our worker to real Celery's (5.2.6) receiver, and of its worker to our dump. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entry } from '../support/entries.js'
import { startOurWorker } from '../support/our-worker.js'
import { realCeleryEnvironment, runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let redis: RedisServer
beforeAll(async () => void (redis = await startRedisServer()))
afterAll(() => redis?.stop())

const tasksPy = `
from celery import Celery
app = Celery('tasks')
app.conf.event_serializer = 'yaml'

@app.task
def add(x, y):
    return x + y
`

const receives = `
from tasks import *
heard = []
def on_event(event):
    if not heard: add.apply_async((2, 3), task_id='id-1', countdown=1)  # a heartbeat came: it listens
    heard.append(event)
    if event['type'] == 'task-succeeded':
        receiver.should_stop = True
with app.connection_for_read() as connection:
    receiver = app.events.Receiver(connection, handlers={'*': on_event})
    app.control.enable_events()
    receiver.capture(limit=None, timeout=30, wakeup=True)
tasks = [event for event in heard if event.get('uuid') == 'id-1']
print([event['type'] for event in tasks], tasks[-1]['result'], type(tasks[-1]['runtime']).__name__)
`

it('of our worker are read by real Celery', async () => {
  const where = { brokerUrl: redis.url(), tasksPy }
  const ours = await startOurWorker({ ...where, concurrency: 1 })
  try {
    expect((await runRealClient(where, receives)).trim()).toBe(
      "['task-received', 'task-started', 'task-succeeded'] 5 float",
    )
  } finally {
    await ours.stop()
  }
})

it('of a real worker are read by our dump', async () => {
  const where = { brokerUrl: redis.url(), tasksPy }
  const folder = await mkdtemp(join(tmpdir(), 'dump-'))
  const dump = spawn(process.execPath, [entry('cli'), '-b', redis.url(), 'events', '--dump'], {
    cwd: folder,
    env: realCeleryEnvironment(where),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let out = ''
  dump.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const real = await startRealWorker(where, ['-c', '1', '-E', '-n', 'celery@yaml'])
  try {
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(/celery@yaml.* heartbeat/)
    await runRealClient(where, `from tasks import *\nadd.apply_async((2, 3), task_id='id-2').get(timeout=30)`)
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(/task succeeded: tasks\.add\(id-2\).*result=5/)
  } finally {
    dump.kill('SIGKILL')
    await real.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
