import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { crontab, type CrontabSpec } from '../../../src-main/engine/beat/crontab.js'
import { expandCronSpec, ParseException } from '../../../src-main/engine/beat/cron-field.js'
import { humanSeconds } from '../../../src-main/engine/beat/human-seconds.js'
import { appTime, dueState, everySeconds, scheduleRepr } from '../../../src-main/engine/beat/schedule.js'
import { instantOf, timeAt } from '../../../src-main/engine/beat/zoned-time.js'
import { openTimeZone } from '../../../src-main/engine/message/time-zone.js'

interface NextRuns {
  readonly celery: string
  readonly crontabs: readonly CrontabSpec[]
  readonly intervals: readonly (readonly [number, boolean])[]
  readonly zones: readonly string[]
  readonly cases: readonly (readonly [
    kind: 'c' | 'i',
    index: number,
    zone: number,
    now: number,
    last: number,
    deadline: number | null,
    due: boolean,
    next: number,
  ])[]
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../wire/recordings/14-beat-5.6.3/next-runs/next-runs.json'), 'utf8'),
) as NextRuns // written by next_runs.py beside it

describe('due times are those that Celery 5.6.3 computed', () => {
  test.each(recorded.zones.map((name, index) => [name, index] as const))(
    '%s, over its clock changes',
    (name, index) => {
      const cases = recorded.cases.filter(([, , zone]) => zone === index)
      expect(cases.length).toBe(1000)
      for (const [kind, which, , now, last, deadline, due, next] of cases) {
        const time = appTime({ timezone: name, enable_utc: true, beat_cron_starting_deadline: deadline })
        const [every, relative] = recorded.intervals[which] ?? [0, false]
        const schedule = kind === 'c' ? crontab(recorded.crontabs[which] ?? {}) : everySeconds(every, { relative })
        const moment = { now: timeAt(now, time.zone), lastRunAt: timeAt(last, time.zone) }
        const found = dueState(schedule, moment, time)
        expect([found.isDue, found.nextSeconds], `${scheduleRepr(schedule)} now ${now} last ${last}`).toEqual([
          due,
          next,
        ])
      }
    },
  )
})

test('the deadline of a crontab that is late by a millisecond is looked at at once', () => {
  const time = appTime({ timezone: null, enable_utc: true, beat_cron_starting_deadline: 60 })
  const at = (iso: string): ReturnType<typeof timeAt> => timeAt(Date.parse(iso) * 1000, time.zone)
  const daily = crontab({ minute: 0, hour: 4 })
  const moment = { lastRunAt: at('2026-11-01T04:00:00Z'), now: at('2026-11-02T04:00:00.001Z') }
  expect(dueState(daily, moment, time)).toEqual({ isDue: true, nextSeconds: 86_399.999 })
})

describe('the fields of a crontab', () => {
  const minute = { count: 60, first: 0 }
  const weekday = { count: 7, first: 0 }
  const month = { count: 12, first: 1 }
  test.each([
    ['*', weekday, [0, 1, 2, 3, 4, 5, 6]],
    ['*/15', minute, [0, 15, 30, 45]],
    ['1,13,30-35,50-59/2', minute, [1, 13, 30, 31, 32, 33, 34, 35, 50, 52, 54, 56, 58]],
    ['58-2', minute, [0, 1, 2, 58, 59]],
    ['56-6/4', minute, [0, 4, 56]],
    ['mon-fri', weekday, [1, 2, 3, 4, 5]],
    ['Saturday,sun', weekday, [0, 6]],
    ['jan-mar,december', month, [1, 2, 3, 12]],
    ['2-12/5', month, [2, 7, 12]],
    [' 7', minute, [7]],
    ['1-5-9', minute, [1, 2, 3, 4, 5]],
    [7, minute, [7]],
    [[3, 1, 3], minute, [1, 3]],
  ] as const)('%s', (spec, unit, numbers) => {
    expect(expandCronSpec(spec, unit)).toEqual(numbers)
  })

  test.each([
    ['', minute, ParseException, 'empty part'],
    ['1,,2', minute, ParseException, 'empty part'],
    ['*/', minute, ParseException, 'empty filter'],
    ['1-5/', minute, ParseException, 'empty filter'],
    ['-1', minute, ParseException, 'negative numbers not supported'],
    ['*/0', minute, RangeError, 'slice step cannot be zero'],
    ['*/x', minute, RangeError, "invalid literal for int() with base 10: 'x'"],
    ['60', minute, RangeError, 'Invalid end range: 60 > 59.'],
    ['0-3', month, RangeError, 'Invalid beginning range: 0 < 1.'],
    ['someday', weekday, RangeError, "Invalid weekday literal 'someday'."],
    [7, weekday, RangeError, "Invalid crontab pattern.  Valid range is 0-6. '7' was found."],
    [[0], month, RangeError, "Invalid crontab pattern.  Valid range is 1-12. '0' was found."],
  ] as const)('%j is refused in the words of Celery', (spec, unit, kind, message) => {
    expect(() => expandCronSpec(spec, unit)).toThrow(message)
    expect(() => expandCronSpec(spec, unit)).toThrow(kind)
  })

  test('a date that no year has', () => {
    const never = crontab({ day_of_month: 31, month_of_year: 2 })
    const time = appTime({ timezone: null, enable_utc: true, beat_cron_starting_deadline: null })
    const now = timeAt(Date.UTC(2026, 0, 1) * 1000, time.zone)
    expect(() => dueState(never, { lastRunAt: now, now }, time)).toThrow('unable to rollover')
  })

  test('an empty list', () => {
    expect(() => crontab({ hour: [] })).toThrow("the crontab's hour is an empty list")
  })
})

test('an hour that comes twice and an hour that is left out', () => {
  const oslo = openTimeZone('Europe/Oslo')
  const first = Date.parse('2026-10-25T00:30:00Z') * 1000
  const second = Date.parse('2026-10-25T01:30:00Z') * 1000
  expect(timeAt(first, oslo).wallMicros).toBe(timeAt(second, oslo).wallMicros)
  expect([timeAt(first, oslo).fold, timeAt(second, oslo).fold]).toEqual([0, 1])
  expect(instantOf(timeAt(second, oslo))).toBe(second)
  const leftOut = { wallMicros: Date.UTC(2026, 2, 29, 2, 30) * 1000, fold: 0, zone: oslo } as const
  expect(instantOf(leftOut)).toBe(Date.parse('2026-03-29T01:30:00Z') * 1000)
})

test('a zone that nobody knows', () => {
  expect(() => openTimeZone('Atlantis/Centre')).toThrow(
    "the setting timezone is 'Atlantis/Centre', expected a name such",
  )
})

test.each([
  [1, '1.00 second'],
  [2, '2.00 seconds'],
  [100, '1.67 minutes'],
  [300, '5.00 minutes'],
  [0.99, 'now'],
  [0.996, '1.00 second'],
  [1.125, '1.12 seconds'],
  [90_000, '1.04 days'],
])('%d seconds in words', (seconds, words) => {
  expect(humanSeconds(seconds)).toBe(words)
})

test('schedules in the log', () => {
  expect(scheduleRepr(everySeconds(100))).toBe('<freq: 1.67 minutes>')
  expect(scheduleRepr(crontab({ minute: '0', hour: '4' }))).toBe('<crontab: 0 4 * * * (m/h/dM/MY/d)>')
})
