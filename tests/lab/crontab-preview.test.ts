/**
 * The table of a crontab over both nights on which clocks jump. The runs are those that Celery 5.6.3 computes (crontab.remaining_estimate,
 * run after run, with timezone Europe/Oslo and UTC), read on a clock in Oslo.
 */
import { describe, expect, it } from 'vitest'
import type { CrontabPreview, PreviewColumn } from '../../src-main/contract/crontab-preview.js'
import type { Fact } from '../../src-main/contract/feed.js'
import { answerMark, answerPreview } from '../../src-main/lab/crontab-answers.js'

const now = Date.parse('2026-01-15T12:00:00Z')
const zones = ['Europe/Oslo', 'UTC']
const ask = (crontab: string) => ({ crontab, zones })

function table(crontab: string): CrontabPreview {
  const reply = answerPreview(ask(crontab), now)
  if (!reply.ok) throw new Error(reply.problem.what)
  return reply.value
}
const column = (crontab: string, night: 'spring' | 'autumn', zone: string): PreviewColumn | undefined =>
  table(crontab).columns.find((one) => one.night === night && one.zone === zone)
const clocks = (crontab: string, night: 'spring' | 'autumn', zone: string): readonly string[] =>
  (column(crontab, night, zone)?.runs ?? []).map((run) => `${run.clock} ${run.zoneName}`)

describe('an entry of every hour', () => {
  it('in the zone of the wall clock leaves out the second of two equal hours', () => {
    expect(clocks('30 * * * *', 'autumn', 'Europe/Oslo')).toEqual(['Sun 00:30 CEST', 'Sun 01:30 CEST', 'Sun 02:30 CEST', 'Sun 03:30 CET', 'Sun 04:30 CET', 'Sun 05:30 CET']) // prettier-ignore
    expect(column('30 * * * *', 'autumn', 'Europe/Oslo')?.runs[3]?.sinceMs).toBe(7_200_000)
  })
  it('in UTC comes twice at that time on the wall', () => {
    expect(clocks('30 * * * *', 'autumn', 'UTC')).toEqual(['Sun 00:30 CEST', 'Sun 01:30 CEST', 'Sun 02:30 CEST', 'Sun 02:30 CET', 'Sun 03:30 CET', 'Sun 04:30 CET', 'Sun 05:30 CET']) // prettier-ignore
  })
  it('in spring loses nothing in either', () => {
    const spring = ['Sat 23:30 CET', 'Sun 00:30 CET', 'Sun 01:30 CET', 'Sun 03:30 CEST', 'Sun 04:30 CEST', 'Sun 05:30 CEST', 'Sun 06:30 CEST'] // prettier-ignore
    expect(clocks('30 * * * *', 'spring', 'Europe/Oslo')).toEqual(spring)
    expect(clocks('30 * * * *', 'spring', 'UTC')).toEqual(spring)
  })
})

it('an entry at half past two runs once each night: an hour later by the clock in spring, and before the jump in autumn', () => {
  expect(clocks('30 2 * * *', 'spring', 'Europe/Oslo')).toEqual(['Sat 02:30 CET', 'Sun 03:30 CEST', 'Mon 02:30 CEST'])
  expect(clocks('30 2 * * *', 'autumn', 'Europe/Oslo')).toEqual(['Sat 02:30 CEST', 'Sun 02:30 CEST', 'Mon 02:30 CET'])
  expect(column('30 2 * * *', 'autumn', 'Europe/Oslo')).toMatchObject({ date: 'Sunday 25 October 2026' })
})

it('an entry of every minute is cut, a zone without such nights has none, and nonsense is a problem that says why', () => {
  expect(column('* * * * *', 'autumn', 'UTC')).toMatchObject({ more: 404 })
  expect(answerPreview({ crontab: '* * * * *', zones: ['Asia/Tokyo'] }, now)).toEqual({ ok: true, value: { columns: [] } }) // prettier-ignore
  const problem = (crontab: string): string => {
    const reply = answerPreview(ask(crontab), now)
    return reply.ok ? '' : reply.problem.what
  }
  expect(problem('61 * * * *')).toContain('Invalid end range: 61 > 59')
  expect(problem('30 2')).toContain('found 2 fields, expected five')
  const nowhere = answerPreview({ crontab: '30 2 * * *', zones: ['Mars/Base'] }, now)
  expect(nowhere.ok ? '' : nowhere.problem.what).toContain('Mars/Base')
})

describe('marks', () => {
  const columnAt = (night: 'spring' | 'autumn', zone: string): number =>
    table('30 * * * *').columns.findIndex((one) => one.night === night && one.zone === zone)
  const mark = (column: number, run: number, as: 'twice' | 'left-out', crontab = '30 * * * *') => {
    const told: Fact[] = []
    const reply = answerMark({ ...ask(crontab), column, run, as }, now, (fact) => told.push(fact))
    return { correct: reply.ok && reply.value.correct, reason: reply.ok ? reply.value.reason : '', told }
  }
  it('the second 02:30 in UTC comes twice, and no other run does', () => {
    const utc = columnAt('autumn', 'UTC')
    expect(mark(utc, 3, 'twice')).toMatchObject({ correct: true, told: [{ kind: 'run-marked', correct: true, zone: 'UTC', clock: 'Sun 02:30' }] }) // prettier-ignore
    for (const run of [0, 1, 2, 4, 5, 6, 90]) expect(mark(utc, run, 'twice').correct).toBe(false)
    for (const run of [0, 1, 2, 3, 4, 5]) expect(mark(utc, run, 'left-out').correct).toBe(false)
  })
  it('before 03:30 in Oslo one was left out, and before no other', () => {
    const oslo = columnAt('autumn', 'Europe/Oslo')
    expect(mark(oslo, 3, 'left-out')).toMatchObject({ correct: true, reason: expect.stringMatching(/^Sun 02:30 CET passed/) as string }) // prettier-ignore
    for (const run of [0, 1, 2, 4, 5]) expect(mark(oslo, run, 'left-out').correct).toBe(false)
    for (const run of [0, 1, 2, 3, 4, 5]) expect(mark(oslo, run, 'twice').correct).toBe(false)
  })
  it('in spring nothing is odd, and a wrong mark is a fact as well', () => {
    for (const zone of zones)
      for (const run of [1, 2, 3, 4])
        for (const as of ['twice', 'left-out'] as const) expect(mark(columnAt('spring', zone), run, as).correct).toBe(false) // prettier-ignore
    expect(mark(columnAt('spring', 'UTC'), 1, 'twice').told).toMatchObject([{ kind: 'run-marked', correct: false }])
  })
})
