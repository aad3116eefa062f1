/** Beat across the fence: each side's beat feeds the other side's worker, and both print the same. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entry } from '../support/entries.js'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { python, realCeleryEnvironment, runPython, startRealWorker, type RealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { watched, type WatchedChild } from '../support/watched-child.js'

const tasksPy = `
import os
from datetime import timedelta
from celery import Celery
app = Celery('tasks')

@app.task
def note(*args, **kwargs):
    return {'args': args, 'kwargs': kwargs}

app.conf.beat_schedule = {
    'noted': {'task': 'tasks.note', 'schedule': 1.0, 'args': (os.environ.get('BEAT_NAME'), 2.0), 'kwargs': {'k': [1]},
              'options': {'queue': os.environ.get('BEAT_QUEUE', 'celery'), 'priority': 3, 'expires': 60}},
    'daily': {'task': 'tasks.note', 'schedule': timedelta(days=1), 'relative': True},
}

@app.on_after_configure.connect
def more(sender, **kwargs):
    sender.add_periodic_task(3600.0, note.s('added', k=None), name='added')
    sender.add_periodic_task(timedelta(minutes=90), note.s('unnamed', 1.5))
`

let server: RedisServer
let ourWorker: OurWorker
let realWorker: RealWorker
let folder: string
beforeAll(async () => {
  server = await startRedisServer()
  folder = await mkdtemp(join(tmpdir(), 'beat-interop-'))
  await writeFile(join(folder, 'tasks.py'), tasksPy)
  const celery = { brokerUrl: server.url(), tasksPy }
  ;[ourWorker, realWorker] = await Promise.all([
    startOurWorker({ ...celery, queues: ['for-ours'], concurrency: 1 }),
    startRealWorker(celery, ['-c', '1', '-Q', 'for-real']),
  ])
})
afterAll(async () => {
  await Promise.all([ourWorker.stop(), realWorker.stop()])
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

function startBeat(program: string, args: readonly string[], name: string, queue: string): WatchedChild {
  const env = { ...realCeleryEnvironment({ brokerUrl: server.url() }), BEAT_NAME: name, BEAT_QUEUE: queue }
  const line = [...args, '-A', 'tasks', 'beat', '-l', 'DEBUG', '-s', `schedule-of-${name}`]
  return watched(spawn(program, line, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** The log up to the first message, and the banner, without what differs from run to run and between the versions. */
function printed({ text }: WatchedChild): { readonly banner: readonly string[]; readonly log: ReadonlySet<string> } {
  const banner = text.out
    .replace(/v5[.\d]+ \([\w-]+\)/, 'vX')
    .replace(/LocalTime -> .*/, 'LocalTime')
    .replace(/schedule-of-\w+/, 'FILE')
  const log = text.err
    .slice(0, text.err.indexOf(' sent. id->'))
    .replace(/\[[\d-]+ [\d:,]+: /g, '')
    .replace(/Waking up .*/g, 'Waking up.')
    .replace(/note\('(ours|real)'/g, "note('NAME'")
    .split('\n')
    .filter((line) => !line.includes('Setting default socket timeout'))
  return { banner: banner.split('\n'), log: new Set(log) } // the schedule's order is that of a Python set
}

test("a worker of each side runs what the other side's beat sends, and both beats print the same", async () => {
  const beats = [
    startBeat(process.execPath, [entry('cli')], 'ours', 'for-real'),
    startBeat(python, ['-m', 'celery'], 'real', 'for-ours'),
  ] as const
  const results = new Set<string>()
  const redis = server.client()
  try {
    await waitFor(
      'a result of both',
      async () => {
        for (const key of await redis.keys('celery-task-meta-*')) {
          const { status, result } = JSON.parse((await redis.get(key)) ?? '{}') as { status: string; result: unknown }
          results.add(`${status} ${JSON.stringify(result)}`)
        }
        return results.size >= 2
      },
      { describe: () => beats.map(({ text }) => text.err).join('\n---\n') },
    )
    await waitFor('both have said so', () => beats.every(({ text }) => text.err.includes(' sent. id->')))
  } finally {
    for (const { child } of beats) child.kill('SIGTERM')
  }
  expect(await Promise.all(beats.map(async ({ ended }) => (await ended).code))).toEqual([0, 0])
  expect([...results].sort()).toEqual(
    ['ours', 'real'].map((name) => `SUCCESS {"args":["${name}",2],"kwargs":{"k":[1]}}`),
  )
  expect(printed(beats[0])).toEqual(printed(beats[1]))
})

test("a crontab's fields are read as real Celery reads them, with its words for what is wrong", async () => {
  const script = join(import.meta.dirname, 'crontab_fields.py')
  const [real, ours] = await Promise.all([
    runPython([script, '3000']),
    runPython([script, '3000'], {
      env: { ...process.env, PYTHONPATH: 'resources/python', PYTHONDONTWRITEBYTECODE: '1' },
    }),
  ])
  expect((JSON.parse(real) as readonly unknown[]).length).toBeGreaterThan(3000)
  expect(ours).toBe(real)
})
