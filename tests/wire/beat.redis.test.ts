/**
 * 14-beat: the recorded beats again, at their recorded times of day, sending to a real Redis. What each logs and when, each
 * message, what is left in Redis and what the schedule file holds between two runs are as Python's beat left them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Celery, crontab, everySeconds, type CeleryOptions } from '../../src-main/engine/index.js'
import type { AppBeat } from '../../src-main/engine/app/app-beat.js'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { BeatsTime } from './beats-time.js'
import { Normalizer } from './normalize.js'
import { readBeats, recordsOf, type RecordedBeat, type Remembered } from './recorded-beats.js'
import { readKeys } from './redis-keys.js'
import { keysOf } from './snapshots.js'

type Schedule = NonNullable<CeleryOptions['beat_schedule']>

const seconds: Schedule = {
  'every-second': { task: 'tasks.add', schedule: 1, args: [1, 2] },
  'with-opts': {
    task: 'tasks.echo',
    schedule: everySeconds(2),
    kwargs: { k: 'v' },
    options: { queue: 'bq', priority: 6, expires: 30 },
    relative: true,
  },
  'cron-minute': { task: 'tasks.mul', schedule: crontab({}), args: [3, 4] },
}

/** As the scenarios' `conf` says it in Python. */
const schedules: Readonly<Record<string, Schedule>> = {
  interval: seconds,
  'debug-log': seconds,
  'restart-catch-up': {
    'every-100s': { task: 'tasks.mul', schedule: 100, args: [1, 2] },
    'every-5s': { task: 'tasks.add', schedule: 5, args: [1, 2] },
  },
  'restart-crontab': { 'cron-minute': { task: 'tasks.mul', schedule: crontab({}), args: [3, 4] } },
  'two-beats': seconds,
}

const server = await startRedisServer()
const redis = server.client()
let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'beats-'))
  await redis.flushall()
})
afterEach(() => rmSync(folder, { recursive: true }))
afterAll(() => server.stop())

describe('14-beat-5.6.3', () => {
  test.each(Object.entries(schedules))('%s', async (name, schedule) => {
    const recorded = readBeats(`14-beat-5.6.3/${name}`)
    const { outputs, files } = await play(recorded.beats, schedule)

    expect(recorded.beats.length).toBeGreaterThan(0)
    for (const [n, { output }] of recorded.beats.entries()) expectSameOutput(outputs[n] ?? '', output)

    expect(Object.keys(recorded.lists).length).toBeGreaterThan(0)
    for (const [list, theirs] of Object.entries(recorded.lists)) {
      const [normalizeOurs, normalizeTheirs] = [new Normalizer(), new Normalizer()]
      const ours = (await redis.lrange(list, 0, -1)).reverse().map((text) => parseJson(text) as WireObject)
      expect(ours.map((one) => normalizeOurs.message(one))).toEqual(theirs.map((one) => normalizeTheirs.message(one)))
      for (const [n, one] of ours.entries()) expectSameEnd(one, theirs[n])
    }
    expect(keysOf({ label: '', keys: await readKeys(redis) })).toEqual(keysOf(recorded.left))

    if (recorded.remembered) expectSameFile(files[0] ?? '', recorded.remembered)
  })
})

interface Played {
  /** Of each beat: its banner and its log. */
  readonly outputs: readonly string[]
  /** What its schedule file held when it had stopped. */
  readonly files: readonly string[]
}

async function play(beats: readonly RecordedBeat[], schedule: Schedule): Promise<Played> {
  const time = new BeatsTime(beats[0]?.startMs ?? 0)
  const outputs = beats.map(() => '')
  const files = beats.map(() => '')
  const running = new Map<RecordedBeat, { readonly beat: AppBeat; readonly app: Celery }>()
  const start = (recorded: RecordedBeat, n: number): Promise<void> => {
    const options = { broker: server.url(), backend: server.url(), beat_schedule: schedule }
    const app = new Celery('tasks', options, { clock: time })
    const write = (text: string): void => void (outputs[n] += text)
    const beat = app.beat({
      schedule: recorded.schedule,
      folder,
      loglevel: recorded.loglevel,
      log: (text) => Promise.resolve(write(text)),
      print: write,
    })
    running.set(recorded, { beat, app })
    beat.start().catch((error: unknown) => write(String(error)))
    return Promise.resolve() // time goes on when it sleeps
  }
  const stop = async (recorded: RecordedBeat, n: number): Promise<void> => {
    const one = running.get(recorded)
    running.delete(recorded)
    await one?.beat.stop()
    await one?.app.close()
    files[n] = readFileSync(join(folder, recorded.schedule), 'utf8')
  }
  const moments = beats
    .flatMap((one, n) => [
      { atMs: one.startMs, happen: () => start(one, n) },
      { atMs: one.stopMs, happen: () => stop(one, n) },
    ])
    .sort((a, b) => a.atMs - b.atMs)
  try {
    for (const { atMs, happen } of moments) {
      await time.goTo(atMs, running.size)
      await happen()
    }
  } finally {
    for (const [recorded] of running) await stop(recorded, beats.indexOf(recorded))
  }
  return { outputs, files }
}

/** Python needs some milliseconds for what is done here while the clock stands still. */
const latestMs = 120

function expectSameOutput(ours: string, theirs: string): void {
  expect(bannerOf(ours)).toEqual(bannerOf(theirs))
  const [mine, recorded] = [recordsOf(ours), recordsOf(theirs)]
  expect(mine.map(({ text }) => wholeSeconds(text))).toEqual(recorded.map(({ text }) => wholeSeconds(text)))
  for (const [n, { atMs, text }] of mine.entries()) {
    const lateMs = (recorded[n]?.atMs ?? 0) - atMs
    expect(lateMs, `${text}, in the recording ${lateMs} ms later`).toBeGreaterThanOrEqual(-1)
    expect(lateMs, `${text}, in the recording ${lateMs} ms later`).toBeLessThan(latestMs)
  }
}

function expectSameEnd(ours: WireObject, theirs: WireObject | undefined): void {
  const [mine, recorded] = [ours, theirs].map((one) => (one?.headers as WireObject).expires)
  if (recorded === null) return // compared with all the others
  expect(Math.abs(Date.parse(String(mine)) - Date.parse(String(recorded)))).toBeLessThan(latestMs)
}

/** Without the time of this machine's zone, and the port of this Redis. */
function bannerOf(output: string): string {
  return output
    .slice(0, output.indexOf('\n['))
    .replace(/LocalTime -> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, 'LocalTime -> <time>')
    .replace(/redis:\/\/\S*\/0/, 'redis://broker/0')
}

/** `Waking up in 4.97 seconds`: how many it is depends on when it is asked. */
function wholeSeconds(text: string): string {
  return text.replace(/in ([\d.]+) seconds/, (_all, found: string) => `in ${Math.round(Number(found))} seconds`)
}

function expectSameFile(text: string, theirs: Readonly<Record<string, Remembered>>): void {
  const { entries } = JSON.parse(text) as {
    readonly entries: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  expect(Object.keys(entries).sort()).toEqual(Object.keys(theirs).sort())
  for (const [name, { task, schedule, lastRunMs, totalRunCount }] of Object.entries(theirs)) {
    const { last_run_at: lastRun, ...ours } = entries[name] ?? {}
    expect(ours).toEqual({ task, schedule, total_run_count: totalRunCount })
    expect(Math.abs(Date.parse(String(lastRun)) - lastRunMs), `${name} ran ${String(lastRun)}`).toBeLessThan(latestMs)
  }
}
