/** A schedule on its way to a beat in another process: what arrives is what was written. */
import { expect, it } from 'vitest'
import { scheduleAsData } from '../../../src-main/engine/app/schedule-as-data.js'
import { readBeatSchedule, type BeatEntry } from '../../../src-main/engine/beat/beat-schedule.js'
import { crontab } from '../../../src-main/engine/beat/crontab.js'
import { everySeconds } from '../../../src-main/engine/beat/schedule.js'
import { PyFloat, PyTagged } from '../../../src-main/engine/serialization/wire-value.js'

const overIpc = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

it('entries of the setting and added ones arrive with their kinds', () => {
  const at = new Date('2026-11-22T12:00:00Z')
  const setting = {
    tally: { task: 'tasks.tally', schedule: 30, relative: true, args: [new PyFloat(2), at], options: { expires: at } },
    nightly: { task: 'tasks.report', schedule: crontab({ hour: 4 }), kwargs: { day: 'x' } },
  }
  const added = new Map<string, BeatEntry>([
    ['more', { task: 'tasks.add', schedule: everySeconds(1.5), args: [2n ** 70n] }],
  ])
  expect(readBeatSchedule(overIpc(scheduleAsData(setting, added)))).toEqual([
    {
      name: 'tally',
      task: 'tasks.tally',
      schedule: everySeconds(30, { relative: true }),
      args: [new PyFloat(2), new PyTagged('datetime', '2026-11-22T12:00:00.000+00:00')],
      kwargs: {},
      options: { expires: '2026-11-22T12:00:00.000Z' },
    },
    {
      name: 'nightly',
      task: 'tasks.report',
      schedule: crontab({ hour: 4 }),
      args: [],
      kwargs: { day: 'x' },
      options: {},
    },
    { name: 'more', task: 'tasks.add', schedule: everySeconds(1.5), args: [2n ** 70n], kwargs: {}, options: {} },
  ])
})

it('what is wrong is said where beat reads it', () => {
  const data = overIpc(
    scheduleAsData({ odd: { task: 'tasks.add', schedule: 'hourly' }, more: { schedul: 1 } }, new Map()),
  )
  expect(() => readBeatSchedule(data)).toThrow(
    /^the entry 'odd' of beat_schedule: schedule is string hourly, .*\nthe entry 'more' of beat_schedule: has a key 'schedul'/,
  )
  expect(() => readBeatSchedule(scheduleAsData('daily', new Map()))).toThrow('must be a mapping')
})

it('no entry is no setting', () => {
  expect(scheduleAsData(undefined, new Map())).toBeNull()
  expect(scheduleAsData({}, new Map())).toBeNull()
})
