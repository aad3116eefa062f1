/**
 * Debian's `celery status`, `inspect`, `control`, `result`, `list`, `call` and `purge` of a worker: the same session of about a
 * hundred commands is held with Celery's own worker and with ours, and both must print the same, line by line.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startOurCommandLineWorker } from '../../support/our-command-line.js'
import { runRealClient, startRealWorker } from '../../support/real-celery.js'
import { startRedisServer } from '../../support/redis-server.js'
import { inspectedAlike } from './transcript.js'

const tasksPy = `
import time
from celery import Celery
app = Celery('tasks')

@app.task
def add(x, y):
    return x + y

@app.task
def fail(message):
    raise ValueError(message)

@app.task(rate_limit='100/s', max_retries=7)
def nap(seconds, **kwargs):
    time.sleep(seconds)
`

const fileBeside = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8')

async function sessionWith(start: typeof startRealWorker, session: string, options: readonly string[]) {
  const redis = await startRedisServer()
  try {
    const where = { brokerUrl: redis.url(), tasksPy }
    const worker = await start(where, ['-n', 'celery@node', ...options])
    try {
      return await runRealClient(where, (await fileBeside('asking.py')) + (await fileBeside(session)), 400)
    } finally {
      await worker.stop()
    }
  } finally {
    await redis.stop()
  }
}

const bothWorkers = (session: string, options: readonly string[]): Promise<readonly [real: string, ours: string]> =>
  Promise.all([
    sessionWith(startRealWorker, session, options),
    sessionWith(startOurCommandLineWorker, session, options),
  ])

describe("Celery's command line", () => {
  it('prints the same of both workers', async () => {
    const [real, ours] = await bothWorkers('inspected.py', ['-c', '1'])
    expect(inspectedAlike(ours)).toEqual(inspectedAlike(real))
    expect(real.match(/^\$ celery/gm)?.length).toBeGreaterThan(100)
    expect(real.match(/^exit 69$/gm)).toHaveLength(5) // of nobody, and of a worker that shuts down
  }, 450_000)

  it.each([
    ['-P', 'solo'],
    ['-P', 'threads', '-c', '2'],
    ['--autoscale=3,1', '-E'],
    [
      '-c',
      '1',
      '--time-limit=60.5',
      '--soft-time-limit=50.5',
      '--max-tasks-per-child=7',
      '-Ofair',
      '-Q',
      'celery,other',
    ],
  ])(
    'prints the same of both workers with %s %s',
    async (...options) => {
      const [real, ours] = await bothWorkers('pools_asked.py', options)
      expect(inspectedAlike(ours)).toEqual(inspectedAlike(real))
    },
    240_000,
  )
})
