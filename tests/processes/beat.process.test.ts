/** `celery beat`, `celery worker -B` and the lab's beat process, as real processes on a real Redis. */
import { fork } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BeatToLab } from '../../src-main/processes/messages/beat-messages.js'
import { entry } from '../support/entries.js'
import { learnerEnvironment } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { killWatched, startCelery, watched, type WatchedChild } from '../support/watched-child.js'

const tasksPy = `
from datetime import timedelta
from celery import Celery
from celery.schedules import crontab, schedule

app = Celery('tasks', timezone='Europe/Oslo')

@app.task(priority=6, queue='tallies')
def tally(*args, **kwargs):
    return [args, kwargs]

app.conf.beat_schedule = {
    'often': {'task': 'tasks.tally', 'schedule': 0.2, 'args': (1, 2.0, ('a',)), 'options': {'expires': 60}},
    'elsewhere': {'task': 'other.task', 'schedule': timedelta(seconds=0.3), 'kwargs': {'k': 'v'}},
    'nightly': {'task': 'tasks.tally', 'schedule': crontab(minute=0, hour='4-6', day_of_month='29', month_of_year='2')},
    'hourly': {'task': 'tasks.tally', 'schedule': schedule(timedelta(hours=1), relative=True)},
}
app.conf.beat_schedule['late'] = {'task': 'tasks.tally', 'schedule': 86400}

@app.on_after_configure.connect
def more(sender, **kwargs):
    sender.add_periodic_task(7200.0, tally.s(3, k=4), expires=10)

@app.on_after_finalize.connect
def and_more(sender, **kwargs):
    sender.add_periodic_task(crontab(hour=7, day_of_week='mon', day_of_month='29', month_of_year='2'), tally.s(), name='weekly')
`

let server: RedisServer
let folder: string

beforeAll(async () => {
  server = await startRedisServer()
})
beforeEach(async () => {
  await server.client().flushall()
  folder = await mkdtemp(join(tmpdir(), 'beat-process-'))
  await writeFile(join(folder, 'tasks.py'), tasksPy)
})
afterEach(async () => {
  killWatched()
  await rm(folder, { recursive: true, force: true })
})
afterAll(() => server.stop())

function celery(...args: readonly string[]): WatchedChild {
  const environment = { CELERY_BROKER_URL: server.url(), CELERY_RESULT_BACKEND: server.url() }
  return startCelery(['-A', 'tasks', '--workdir', folder, ...args], { cwd: folder, environment })
}

const says = ({ text }: WatchedChild, words: string): Promise<unknown> =>
  waitFor(`it says ${words}`, () => text.err.includes(words), { describe: () => text.err })

test('celery beat sends what the code says, saves its schedule at a signal, and replaces a stale pidfile', async () => {
  const pidfile = join(folder, 'beat.pid')
  await writeFile(pidfile, '999999999\n')
  await writeFile(join(folder, 'mine'), 'none of ours')
  const beat = celery('beat', '-l', 'DEBUG', '-s', 'mine', '--pidfile', pidfile)
  await says(beat, 'Scheduler: Sending due task often (tasks.tally)')
  await says(beat, 'Scheduler: Sending due task elsewhere (other.task)')
  await waitFor('messages in both lists', async () => {
    const lengths = await Promise.all([server.client().llen('tallies\x06\x166'), server.client().llen('celery')])
    return lengths.every((length) => length > 0)
  })
  const second = celery('beat', '--pidfile', pidfile)
  expect((await second.ended).code).toBe(73)
  expect(second.text.err).toBe(
    `\nERROR: Pidfile (${pidfile}) already exists.\nSeems we're already running? (pid: ${beat.child.pid})\n`,
  )
  beat.child.kill('SIGTERM')
  expect((await beat.ended).code).toBe(0)

  const { out, err } = beat.text
  expect(err).toMatch(/^Stale pidfile exists - Removing it\.\n/)
  expect(err).toMatch(/Corrupted schedule file '.*mine'.* It is kept as '.*mine\.corrupted'/)
  expect(err).toContain(
    `Current schedule:
<ScheduleEntry: often tasks.tally(1, 2.0, ['a']) <freq: 0.20 seconds>`.replace('0.20 seconds', 'now'),
  )
  for (const shown of [
    "<ScheduleEntry: elsewhere other.task(k='v') <freq: now>",
    '<ScheduleEntry: nightly tasks.tally() <crontab: 0 4-6 29 2 * (m/h/dM/MY/d)>',
    '<ScheduleEntry: hourly tasks.tally() <freq: 1.00 hour>',
    '<ScheduleEntry: late tasks.tally() <freq: 1.00 day>',
    '<ScheduleEntry: tasks.tally(3, k=4) tasks.tally(3, k=4) <freq: 2.00 hours>',
    '<ScheduleEntry: weekly tasks.tally() <crontab: * 7 29 2 mon (m/h/dM/MY/d)>',
  ])
    expect(err).toContain(`${shown}\n`)
  expect(out).toContain(`celery beat v5.6.3 (recovery) is starting.\n__    -    ... __   -        _\nLocalTime -> `)
  expect(out).toContain(
    `    . db -> mine\n    . logfile -> [stderr]@%DEBUG\n    . maxinterval -> 5.00 minutes (300s)\n`,
  )
  expect(out).not.toContain(server.password)
  const saved = JSON.parse(await readFile(join(folder, 'mine'), 'utf8')) as { tz: string; entries: object }
  expect(saved.tz).toBe('Europe/Oslo')
  expect(saved.entries).toMatchObject({ often: { total_run_count: expect.any(Number) as number } })
  await expect(readFile(pidfile)).rejects.toThrow('ENOENT')

  const message = JSON.parse((await server.client().lindex('tallies\x06\x166', -1)) ?? '') as Message
  expect(message.headers).toMatchObject({ task: 'tasks.tally', argsrepr: "[1, 2.0, ('a',)]", kwargsrepr: '{}' })
  expect(message.headers.expires).toMatch(/\+0[12]:00$/)
  expect(Buffer.from(message.body, 'base64').toString()).toMatch(/^\[\[1, 2\.0, \["a"\]\], \{\}, /)
})

interface Message {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
}

test('celery worker -B runs what its own beat sends', async () => {
  const worker = celery('worker', '-B', '-s', 'inside', '-c', '1', '-l', 'INFO', '-Q', 'tallies', '--without-mingle')
  await says(worker, 'INFO/Beat] beat: Starting...')
  await says(worker, 'INFO/Beat] Scheduler: Sending due task often (tasks.tally)')
  await says(worker, ' succeeded in ')
  worker.child.kill('SIGTERM')
  expect((await worker.ended).code).toBe(0)
  expect(worker.text.err).toContain('INFO/MainProcess] beat: Shutting down...')
  expect(await readFile(join(folder, 'inside'), 'utf8')).toContain('"often"')
})

test("the lab's beat process tells what is due and what is sent; code that is wrong is a problem", async () => {
  const start = (): WatchedChild & { readonly facts: BeatToLab[] } => {
    const child = fork(entry('beat'), [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: tmpdir() })
    const facts: BeatToLab[] = []
    child.on('message', (fact) => facts.push(fact as BeatToLab)) // our own entry, built together with this file
    const environment = learnerEnvironment(folder, server.url())
    child.send({ kind: 'start', environment, appModule: 'tasks', schedule: 'lab', loglevel: 'INFO' })
    return { ...watched(child), facts }
  }
  const beat = start()
  await waitFor('two messages are told', () => beat.facts.filter(({ kind }) => kind === 'sent').length >= 2)
  beat.child.send({ kind: 'stop' })
  expect((await beat.ended).code).toBe(0)
  expect(new Set(beat.facts.map(({ kind }) => kind))).toEqual(
    new Set(['importing', 'ready', 'planned', 'due', 'sent', 'sleeping']),
  )
  expect(beat.facts).toContainEqual(
    expect.objectContaining({ kind: 'planned', entry: 'often', task: 'tasks.tally', schedule: 'freq: now' }),
  )
  expect(await readFile(join(folder, 'lab'), 'utf8')).toContain('"total_run_count"')

  await writeFile(join(folder, 'tasks.py'), `${tasksPy}\ncrontab(minute=61)\n`)
  const refused = start()
  expect((await refused.ended).code).toBe(1)
  expect(refused.facts).toEqual([
    { kind: 'importing' },
    { kind: 'refused', fingerprint: expect.any(String) as string, problem: expect.objectContaining({ what: expect.stringContaining("Invalid crontab pattern.  Valid range is 0-59. '61' was found.") as string }) as object }, // prettier-ignore
  ])

  await writeFile(
    join(folder, 'tasks.py'),
    `${tasksPy}\napp.conf.beat_schedule['often']['options'] = {'expires': timedelta(1)}\n`,
  )
  const wrong = start()
  expect((await wrong.ended).code).toBe(1)
  expect(wrong.text.err).toMatch(/the entry 'often' of beat_schedule: TypeError: expires must be .* not a timedelta/)
})
