import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BeatSchedule } from '../../../src-main/engine/beat/beat-schedule.js'
import { crontab } from '../../../src-main/engine/beat/crontab.js'
import { everySeconds } from '../../../src-main/engine/beat/schedule.js'
import { OperationalError } from '../../../src-main/engine/errors.js'
import { runBeat } from './run-beat.js'

/** Of the recordings. */
const everySecond: BeatSchedule = { 'every-second': { task: 'tasks.add', schedule: 1, args: [1, 2] } }
const schedule: BeatSchedule = {
  ...everySecond,
  'with-opts': {
    task: 'tasks.echo',
    schedule: everySeconds(2),
    kwargs: { k: 'v' },
    options: { queue: 'bq', priority: 6, expires: 30 },
    relative: true,
  },
  'cron-minute': { task: 'tasks.mul', schedule: crontab({}), args: [3, 4] },
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beat-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A recorded log without its banner, times and ids. */
function recordedLines(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, '../../wire/recordings/14-beat-5.6.3', `${name}.txt`), 'utf8')
  return text
    .slice(text.indexOf('[2026'))
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\[[^:]+:\d\d:[\d,]+: /, '').replace(/id->.*/, 'id->'))
    .filter((line) => !line.includes('Setting default socket timeout')) // of Python's sockets
}

function withoutIds(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/id->.*/, 'id->'))
}

describe('when entries are sent', () => {
  test('intervals, a relative one and a crontab, as recorded', async () => {
    const { sent, lines } = await runBeat({
      from: '2026-11-22T11:44:16.433Z',
      until: '2026-11-22T11:44:20.300Z',
      schedule,
    })
    // Recorded: 17.443, 18.004, 18.440, 19.440, 20.000; Celery notices a few milliseconds late.
    expect(sent).toEqual([
      '17.433 every-second',
      '18.000 with-opts',
      '18.433 every-second',
      '19.433 every-second',
      '20.000 with-opts',
    ])
    expect(lines.filter((line) => line.startsWith('INFO'))).toEqual(recordedLines('interval/beat.log'))
  })

  test('the log at DEBUG is line for line the recorded one', async () => {
    const { lines } = await runBeat({
      from: '2026-11-22T11:44:21.570Z',
      until: '2026-11-22T11:44:25.000Z',
      schedule,
      file: join(folder, 'schedule'),
    })
    const recorded = recordedLines('debug-log/beat.log')
    expect(withoutIds(lines).slice(0, recorded.length)).toEqual(recorded)
  })

  test('a crontab is sent at the full minute, and an interval beside it keeps its own', async () => {
    const { sent } = await runBeat({
      from: '2026-11-22T11:44:56.200Z',
      until: '2026-11-22T11:46:02.000Z',
      schedule: { cron: { task: 't', schedule: crontab({}) }, half: { task: 't', schedule: 30 } },
    })
    expect(sent).toEqual(['00.000 cron', '26.200 half', '56.200 half', '00.000 cron'])
  })

  test('nothing to do: beat looks again after beat_max_loop_interval', async () => {
    const empty = { from: '2026-11-22T11:00:00.000Z', until: '2026-11-22T11:00:21.000Z', schedule: {} }
    const { facts } = await runBeat({ ...empty, maxIntervalSeconds: 5 })
    expect(facts).toEqual(Array.from({ length: 5 }, () => ({ kind: 'sleeping', seconds: 5 })))
  })

  test('it tells when each entry comes first, and at each run when the next one is', async () => {
    const cron = { task: 't', schedule: crontab({ hour: 4, minute: 0 }) }
    const { facts } = await runBeat({
      from: '2026-11-22T11:00:00.000Z',
      until: '2026-11-22T11:00:06.000Z',
      schedule: { often: { task: 't', schedule: 5 }, cron },
    })
    const at = (time: string): number => Date.parse(`2026-11-${time}Z`)
    expect(facts.filter(({ kind }) => kind === 'planned' || kind === 'due')).toEqual([
      {
        kind: 'planned',
        entry: 'often',
        task: 't',
        schedule: 'freq: 5.00 seconds',
        nextRunsMs: [5, 10, 15, 20, 25].map((second) => at('22T11:00:00') + second * 1000),
      },
      { kind: 'planned', entry: 'cron', task: 't', schedule: 'crontab: 0 4 * * * (m/h/dM/MY/d)', nextRunsMs: [23, 24, 25, 26, 27].map((day) => at(`${day}T04:00:00`)) }, // prettier-ignore
      {
        kind: 'due',
        entry: 'often',
        task: 't',
        nextRunsMs: [10, 15, 20, 25, 30].map((second) => at('22T11:00:00') + second * 1000),
      },
    ])
  })

  test('many entries due together are sent one after the other, the one that waits longest first', async () => {
    const entries = Array.from({ length: 50 }, (_, n) => [`e${n}`, { task: 't', schedule: 5 + n / 100 }] as const)
    const { sent } = await runBeat({
      from: '2026-11-22T11:00:00.000Z',
      until: '2026-11-22T11:00:06.000Z',
      schedule: Object.fromEntries(entries),
    })
    expect(sent.map((line) => line.split(' ')[1])).toEqual(entries.map(([name]) => name))
  })
})

describe('a restart', () => {
  test('an interval that was missed is made up for once, at once', async () => {
    const file = join(folder, 'schedule')
    const both: BeatSchedule = {
      'every-100s': { task: 'tasks.mul', schedule: 100, args: [1, 2] },
      'every-5s': { task: 'tasks.add', schedule: 5, args: [1, 2] },
    }
    const first = { from: '2026-11-22T11:44:26.175Z', until: '2026-11-22T11:44:33.000Z', schedule: both, file }
    expect((await runBeat(first)).sent).toEqual(['31.175 every-5s'])
    const second = { from: '2026-11-22T11:44:45.722Z', until: '2026-11-22T11:44:52.000Z', schedule: both, file }
    const { sent, lines } = await runBeat(second)
    expect(sent).toEqual(['45.722 every-5s', '50.722 every-5s'])
    const numbersAside = (all: readonly string[]): readonly string[] =>
      withoutIds(all).map((line) => line.replace(/in [\d.]+ seconds/, 'in N seconds'))
    const recorded = numbersAside(recordedLines('restart-catch-up/beat2.log'))
    expect(numbersAside(lines).slice(0, recorded.length)).toEqual(recorded)
  })

  test('a crontab that was missed is made up for once, unless it is later than beat_cron_starting_deadline', async () => {
    const cron: BeatSchedule = { 'cron-minute': { task: 'tasks.mul', schedule: crontab({}), args: [3, 4] } }
    for (const [deadlineSeconds, expected] of [
      [undefined, ['06.582 cron-minute']],
      [10, ['06.582 cron-minute']],
      [5, []],
    ] as const) {
      const file = join(folder, `schedule-${deadlineSeconds}`)
      const run = { schedule: cron, file, ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }) }
      await runBeat({ from: '2026-11-22T11:44:54.079Z', until: '2026-11-22T11:45:02.000Z', ...run })
      const { sent } = await runBeat({ from: '2026-11-22T11:46:06.582Z', until: '2026-11-22T11:46:20.000Z', ...run })
      expect(sent, String(deadlineSeconds)).toEqual(expected)
    }
  })

  test('the code says what an entry is, the file only when it ran: a changed entry keeps its time, a new one starts now', async () => {
    const file = join(folder, 'schedule')
    const was: BeatSchedule = { kept: { task: 'a', schedule: 60 }, gone: { task: 'b', schedule: 60 } }
    await runBeat({ from: '2026-11-22T11:00:00Z', until: '2026-11-22T11:00:10Z', schedule: was, file })
    const is: BeatSchedule = { kept: { task: 'a2', schedule: 20 }, fresh: { task: 'c', schedule: 60 } }
    const { sent } = await runBeat({ from: '2026-11-22T11:00:15Z', until: '2026-11-22T11:00:30Z', schedule: is, file })
    expect(sent).toEqual(['20.000 kept'])
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { entries: Record<string, unknown> }
    expect(saved.entries).toEqual({
      kept: {
        task: 'a2',
        schedule: '<freq: 20.00 seconds>',
        last_run_at: '2026-11-22T11:00:20.000Z',
        total_run_count: 1,
      },
      fresh: {
        task: 'c',
        schedule: '<freq: 1.00 minute>',
        last_run_at: '2026-11-22T11:00:15.000Z',
        total_run_count: 0,
      },
    })
  })
})

describe('when the broker is away', () => {
  const refused = (): never => {
    throw new OperationalError('Error 111 connecting to 127.0.0.1:6379. Connection refused.')
  }

  test('the first entry is taken, then the broker is waited for, as recorded', async () => {
    const { sent, lines } = await runBeat({
      from: '2026-11-22T11:46:27.261Z',
      until: '2026-11-22T11:46:35.400Z',
      schedule: everySecond,
      connect: (at) => (at < '2026-11-22T11:46:33' ? refused() : undefined),
    })
    expect(lines.filter((line) => !line.startsWith('DEBUG'))).toEqual(recordedLines('broker-down/beat.log'))
    expect(sent).toEqual(['34.261 every-second', '34.261 every-second', '35.261 every-second'])
  })

  test('a message that cannot be sent is said, and the next one is tried at its time', async () => {
    const { sent, lines, facts } = await runBeat({
      from: '2026-11-22T11:00:00.000Z',
      until: '2026-11-22T11:00:03.500Z',
      schedule: everySecond,
      send: (_task, at) => (at.includes(':02') ? refused() : undefined),
    })
    expect(sent).toEqual(['01.000 every-second', '03.000 every-second'])
    expect(lines).toContain(
      "ERROR/MainProcess] Message Error: Couldn't apply scheduled task every-second: Error 111 connecting to 127.0.0.1:6379. Connection refused.",
    )
    expect(facts.filter(({ kind }) => kind !== 'sleeping').map(({ kind }) => kind)).toEqual([
      ...['planned', 'due', 'sent', 'due', 'not-sent', 'due', 'sent'],
    ])
  })

  test('stopped while it waits, beat has not forgotten the run it was about to make', async () => {
    const file = join(folder, 'schedule')
    const run = { schedule: everySecond, file }
    const away = await runBeat({
      from: '2026-11-22T11:00:00Z',
      until: '2026-11-22T11:00:02.500Z',
      connect: refused,
      ...run,
    })
    expect(away.sent).toEqual([])
    expect(readFileSync(file, 'utf8')).toContain('"last_run_at": "2026-11-22T11:00:00.000Z"')
    const back = await runBeat({ from: '2026-11-22T11:00:10.000Z', until: '2026-11-22T11:00:10.500Z', ...run })
    expect(back.sent).toEqual(['10.000 every-second'])
  })

  test('beat ends when it has tried broker_connection_max_retries times', async () => {
    const run = { from: '2026-11-22T11:00:00Z', until: '2026-11-22T12:00:00Z', schedule: everySecond }
    await expect(runBeat({ ...run, connect: refused, maxRetries: 2 })).rejects.toThrow('Error 111')
  })
})

test('the schedule is saved at the first wake-up, after beat_sync_every messages, and every three minutes', async () => {
  const run = { from: '2026-11-22T11:00:00.000Z', until: '2026-11-22T11:07:00.000Z', schedule: { e: { task: 't', schedule: 10 } } } // prettier-ignore
  const syncs = async (syncEveryTasks: number): Promise<number> => {
    const { lines } = await runBeat({ ...run, syncEveryTasks })
    return lines.filter((line) => line.endsWith('beat: Synchronizing schedule...')).length
  }
  expect(await syncs(0)).toBe(3)
  expect(await syncs(5)).toBe(9)
})
