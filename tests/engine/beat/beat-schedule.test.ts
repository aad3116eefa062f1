import { describe, expect, test } from 'vitest'
import { AppBeat } from '../../../src-main/engine/app/app-beat.js'
import { readBeatSchedule } from '../../../src-main/engine/beat/beat-schedule.js'
import { schedulerNamed } from '../../../src-main/engine/beat/beat-settings.js'
import { Celery, crontab, type BeatSchedule, type CeleryOptions } from '../../../src-main/engine/index.js'
import { PyFloat } from '../../../src-main/engine/serialization/wire-value.js'

describe('beat_schedule', () => {
  test.each([
    [{ x: 5 }, "the entry 'x' of beat_schedule: is number 5, expected a mapping with task and schedule"],
    [{ x: { schedule: 5 } }, 'task is missing'],
    [{ x: { task: 't' } }, 'schedule is missing, expected seconds, an interval or a crontab'],
    [{ x: { task: 't', schedule: 'hourly' } }, 'schedule is string hourly'],
    [{ x: { task: 't', schedule: { kind: 'crontab', minutes: [60] } } }, 'schedule is of kind {"kind":"crontab"'],
    [{ x: { task: 't', schedule: 5, cron: 1 } }, "has a key 'cron', expected some of task, schedule, args"],
    [{ x: { task: 't', schedule: 5, args: 'ab' } }, 'args is string ab, expected a list'],
    [{ x: { problem: 'TypeError: no' } }, "the entry 'x' of beat_schedule: TypeError: no"],
    ['daily', 'the setting beat_schedule must be a mapping'],
  ])('%j is refused in words', (setting, words) => {
    expect(() => readBeatSchedule(setting)).toThrow(words)
  })

  test('all that is wrong is said at once', () => {
    expect(() => readBeatSchedule({ a: 1, fine: { task: 't', schedule: 1 }, b: 2 })).toThrow(
      /'a'[^]*'b'[^]*beat does not start/,
    )
  })

  test("what Python's side hands over keeps the kinds of numbers, and its own reprs", () => {
    const entry = { task: 't', schedule: { kind: 'interval', everyMicros: 2e6, relative: true }, argsJson: '[2.0, 2]', kwargsJson: '{}', optionsJson: '{"expires": 30.0}', argsrepr: '(2.0, 2)', kwargsrepr: '{}' } // prettier-ignore
    expect(readBeatSchedule({ x: entry })).toEqual([
      {
        ...{ name: 'x', task: 't', args: [new PyFloat(2), 2], kwargs: {}, options: { expires: 30 } },
        schedule: { kind: 'interval', everyMicros: 2e6, relative: true },
        shown: { args: '(2.0, 2)', kwargs: '{}' },
      },
    ])
  })
})

describe('an app', () => {
  const entriesOf = async (options: CeleryOptions, add: (app: Celery) => void = () => {}): Promise<string> => {
    const app = new Celery('shop', { broker: 'redis://:secret@127.0.0.1:1/0', ...options })
    add(app)
    let text = ''
    const log = (line: string): Promise<void> => Promise.resolve(void (text += line))
    const beat = app.beat({
      scheduler: 'celery.beat:Scheduler',
      loglevel: 'DEBUG',
      log,
      print: (line) => void (text += line),
    })
    const running = beat.start()
    await beat.stop()
    await running
    return text
  }

  test('the banner covers the password', async () => {
    const text = await entriesOf({ beat_max_loop_interval: 30 })
    expect(text.split('\n').filter((line) => !line.startsWith('LocalTime'))).toEqual([
      'celery beat v5.6.3 (recovery) is starting.',
      '__    -    ... __   -        _',
      'Configuration ->',
      '    . broker -> redis://:**@127.0.0.1:1/0',
      '    . loader -> celery.loaders.app.AppLoader',
      '    . scheduler -> celery.beat.Scheduler',
      '',
      '    . logfile -> [stderr]@%DEBUG',
      '    . maxinterval -> 30.00 seconds (30s)',
      expect.stringContaining('beat: Starting...'),
      expect.stringContaining('beat: Ticking with max interval->30.00 seconds'),
      expect.stringContaining('beat: Waking up in 30.00 seconds.'),
      '',
    ])
  })

  test('addPeriodicTask names an entry by its call, and a crontab may be wrong only where it is written', () => {
    const app = new Celery('shop')
    const add = app.task('tasks.add', (x: number, y: number) => x + y)
    expect(app.addPeriodicTask(10, add.s(1, 2), { queue: 'q' })).toBe('tasks.add(1, 2)')
    expect(app.addPeriodicTask(crontab({ minute: 0 }), add.s(3, 4), { name: 'hourly' })).toBe('hourly')
    expect(app.periodicTasks.get('tasks.add(1, 2)')).toEqual({
      ...{ task: 'tasks.add', schedule: 10, args: [1, 2], kwargs: {}, options: { queue: 'q' } },
    })
    expect(() => crontab({ minute: 60 })).toThrow('Valid range is 0-59')
  })

  test('a scheduler that is not here is refused by its name', () => {
    const app = new Celery('shop', { broker: 'redis://127.0.0.1:1/0', beat_scheduler: 'redbeat.RedBeatScheduler' })
    expect(() => new AppBeat(app)).toThrow("there is no scheduler 'redbeat.RedBeatScheduler' here")
    expect(schedulerNamed('celery.beat.PersistentScheduler')).toBe('persistent')
  })

  test('settings of another kind are refused', () => {
    const wrong = { beat_schedule: 'x' as unknown as BeatSchedule }
    expect(() => new AppBeat(new Celery('s', { broker: 'redis://127.0.0.1:1/0', ...wrong }))).toThrow('beat_schedule')
  })
})
