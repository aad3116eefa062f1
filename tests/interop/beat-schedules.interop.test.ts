/**
 * The same schedules at the same moments, asked of the Celery that is installed (5.2.6) and of ours. Celery before 5.4 does
 * two things otherwise, and 5.6.3 counts (tests/engine/beat/schedule.test.ts): it takes the difference between two clock
 * faces for the time between them, and it compares a date in UTC with a time in the app's zone.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crontab, type CrontabSpec } from '../../src-main/engine/beat/crontab.js'
import { appTime, dueState, everySeconds, scheduleRepr } from '../../src-main/engine/beat/schedule.js'
import { timeAt } from '../../src-main/engine/beat/zoned-time.js'
import { runPython } from '../support/real-celery.js'

interface NextRuns {
  readonly celery: string
  readonly crontabs: readonly CrontabSpec[]
  readonly intervals: readonly (readonly [number, boolean])[]
  readonly zones: readonly string[]
  readonly cases: readonly (readonly ['c' | 'i', number, number, number, number, null, boolean, number])[]
}

const script = join(import.meta.dirname, '../wire/recordings/14-beat-5.6.3/next-runs/next_runs.py')

test('next runs are those of the installed Celery, away from the change of clocks', async () => {
  const real = JSON.parse(await runPython([script, '3000'])) as NextRuns // printed by next_runs.py
  expect(real.cases).toHaveLength(9000)
  const compared = { UTC: 0, 'Europe/Oslo': 0, 'America/New_York': 0 } as Record<string, number>
  for (const [kind, which, zoneIndex, now, last, , due, next] of real.cases) {
    const name = real.zones[zoneIndex] ?? ''
    const time = appTime({ timezone: name, enable_utc: true, beat_cron_starting_deadline: null })
    const [every, relative] = real.intervals[which] ?? [0, false]
    const spec = real.crontabs[which] ?? {}
    const offsetAt = (micros: number): number => time.zone.offsetSeconds(micros / 1000)
    const ours = dueState(
      kind === 'c' ? crontab(spec) : everySeconds(every, { relative }),
      { now: timeAt(now, time.zone), lastRunAt: timeAt(last, time.zone) },
      time,
    )
    const involved = [last, now, now + ours.nextSeconds * 1e6, now + next * 1e6]
    const clocksChange =
      new Set(involved.map(offsetAt)).size > 1 || involved.some((at) => timeAt(at, time.zone).fold === 1)
    const westOfUtc = name === 'America/New_York' && ('day_of_month' in spec || 'month_of_year' in spec)
    if (clocksChange || (kind === 'c' && westOfUtc)) continue
    compared[name] = (compared[name] ?? 0) + 1
    const shown = kind === 'c' ? scheduleRepr(crontab(spec)) : `every ${every}`
    expect([ours.isDue, ours.nextSeconds], `${shown} ${name} now ${now} last ${last}`).toEqual([due, next])
  }
  expect(compared.UTC).toBe(3000)
  expect(compared['Europe/Oslo']).toBeGreaterThan(1000)
  expect(compared['America/New_York']).toBeGreaterThan(500)
})
