import { expect, test } from 'vitest'
import { isoformat, parseIsoTime } from '../../../src-main/engine/message/python-time.js'

test.each([
  [Date.UTC(2026, 10, 22, 11, 37, 45) + 492.475, null, '2026-11-22T11:37:45.492475+00:00'],
  [Date.UTC(2026, 10, 22, 11, 37, 45) + 492.475, 'Europe/Oslo', '2026-11-22T12:37:45.492475+01:00'],
  [Date.UTC(2026, 6, 1), 'Europe/Oslo', '2026-07-01T02:00:00+02:00'],
  [Date.UTC(2026, 6, 1), 'America/St_Johns', '2026-06-30T21:30:00-02:30'],
  [Date.UTC(2026, 11, 31, 23, 59, 59) + 0.001, 'UTC', '2026-12-31T23:59:59.000001+00:00'],
])('%s in %s is %s', (atMs, zone, text) => {
  expect(isoformat(atMs, zone)).toBe(text)
})

test('an unknown time zone names the setting', () => {
  expect(() => isoformat(0, 'Oslo')).toThrow("the setting timezone is 'Oslo'")
})

const noon = Date.UTC(2030, 0, 1, 12)
test.each([
  ['2030-01-01T12:00:00', noon],
  ['2030-01-01 12:00', noon],
  ['20300101T120000Z', noon],
  ['2030-01-01T12:00:00Z', noon],
  ['2030-01-01T14:00:00.5+02:00', noon + 500],
  ['2030-01-01T07:00:00.123456-0500', noon + 123.456],
  ['2030-01-01', Date.UTC(2030, 0, 1)],
])('%s is read, a naive time as UTC', (text, atMs) => {
  expect(parseIsoTime(text)).toBeCloseTo(atMs, 3)
})

test.each(['', 'not-a-date', 'soon', '2030-02-31', '2030-01-01T25:00:00', '5', '2030-13-01T00:00:00'])(
  '%j is no time',
  (text) => {
    expect(parseIsoTime(text)).toBeNull()
  },
)
