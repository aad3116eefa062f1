/** How many small Python tasks a worker with two pool processes finishes a second: ours beside real Celery on the same tasks.py. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Celery } from '../../src-main/engine/app/celery.js'
import { entry } from '../support/entries.js'
import { startRealWorker } from '../support/real-celery.js'
import type { RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { row } from './rows.js'
import type { Row } from './rows.js'

const tasks = 3_000
/** Enough for both pool processes to have run. */
const warmUp = 100
const tasksPy = `
from celery import Celery
app = Celery('tasks')

@app.task
def add(x, y):
    return x + y
`

async function publish(redis: RedisServer, count: number): Promise<void> {
  const app = new Celery('bench', { broker: redis.url(), backend: redis.url() })
  try {
    for (let sent = 0; sent < count; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => app.sendTask('tasks.add', [2, 3])))
    }
  } finally {
    await app.close()
  }
}

/** The worker stands ready; counts from the first message sent to the last result stored. */
async function drainRate(redis: RedisServer): Promise<number> {
  const client = redis.client()
  const results = (count: number) => async (): Promise<boolean> => (await client.dbsize()) >= count
  await publish(redis, warmUp)
  await waitFor('the warm-up tasks have results', results(warmUp), { timeoutSeconds: 60 })
  const begun = performance.now()
  await publish(redis, tasks)
  await waitFor('all tasks have results', results(warmUp + tasks), { timeoutSeconds: 300 })
  return (tasks / (performance.now() - begun)) * 1000
}

async function ourRate(redis: RedisServer): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'celery-bench-'))
  await writeFile(join(folder, 'tasks.py'), tasksPy)
  const worker = spawn(
    process.execPath,
    [entry('cli'), '-A', 'tasks', '--workdir', folder, 'worker', '--loglevel', 'INFO', '-c', '2'],
    {
      cwd: folder,
      env: { ...process.env, CELERY_BROKER_URL: redis.url(), CELERY_RESULT_BACKEND: redis.url() },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  let ready = false
  let said = ''
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk) => {
      if (ready) return
      said += String(chunk)
      ready = said.includes(' ready.')
    })
  }
  try {
    await waitFor('our worker is ready', () => ready, { timeoutSeconds: 60, describe: () => said })
    return await drainRate(redis)
  } finally {
    worker.kill('SIGTERM')
    const force = setTimeout(() => worker.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(force)
    await rm(folder, { recursive: true, force: true })
  }
}

async function celeryRate(redis: RedisServer): Promise<number> {
  const worker = await startRealWorker({ brokerUrl: redis.url(), tasksPy }, ['-c', '2'])
  try {
    return await drainRate(redis)
  } finally {
    await worker.stop()
  }
}

export async function workerRow(redis: RedisServer, withCelery: boolean): Promise<Row> {
  const ours = await ourRate(redis)
  await redis.client().flushall()
  const peers: Record<string, number> = withCelery ? { 'Celery 5.2.6, prefork': await celeryRate(redis) } : {}
  return row({ metric: 'Python tasks finished a second by a worker with 2 pool processes', ours, peers, target: 1 })
}
