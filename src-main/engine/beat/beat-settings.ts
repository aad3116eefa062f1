/** Celery's settings that only beat reads, and which scheduler is meant. Celery: celery/app/defaults.py, celery/bin/beat.py */
import { ImproperlyConfigured } from '../errors.js'
import type { BeatSchedule } from './beat-schedule.js'

/** As they may be given to an app. */
export interface BeatSettings {
  readonly beat_schedule?: BeatSchedule
  readonly beat_schedule_filename?: string
  readonly beat_scheduler?: string
  /** Seconds; 0: 300. */
  readonly beat_max_loop_interval?: number
  /** Messages between two syncs; 0: every three minutes. */
  readonly beat_sync_every?: number
  /** Seconds a crontab's run may be late; null: it is made up for however late it is. */
  readonly beat_cron_starting_deadline?: number | null
}

export interface ReadBeatSettings {
  readonly filename: string
  readonly scheduler: string
  readonly maxIntervalSeconds: number
  readonly syncEveryTasks: number
  readonly cronStartingDeadlineSeconds: number | null
}

const defaultMaxIntervalSeconds = 300

export function readBeatSettings(conf: Readonly<Record<string, unknown>>): ReadBeatSettings {
  return {
    filename: text(conf, 'beat_schedule_filename') ?? 'celerybeat-schedule',
    scheduler: text(conf, 'beat_scheduler') ?? 'celery.beat:PersistentScheduler',
    maxIntervalSeconds: number(conf, 'beat_max_loop_interval') || defaultMaxIntervalSeconds,
    syncEveryTasks: number(conf, 'beat_sync_every') ?? 0,
    cronStartingDeadlineSeconds: number(conf, 'beat_cron_starting_deadline'),
  }
}

/** Names of Celery's own two, in every way they may be written. Null: not here. */
export function schedulerNamed(name: string): 'persistent' | 'in-memory' | null {
  switch (name.replace(':', '.').replace(/^celery\.beat\./, '')) {
    case 'PersistentScheduler':
      return 'persistent'
    case 'Scheduler':
      return 'in-memory'
    default:
      return null
  }
}

export function unknownScheduler(name: string): string {
  return (
    `there is no scheduler '${name}' here, expected celery.beat:PersistentScheduler or celery.beat:Scheduler ` +
    '(a scheduler class of your own, RedBeat or django-celery-beat runs in real Celery only)'
  )
}

function text(conf: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = conf[name]
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return value
  throw new ImproperlyConfigured(`the setting ${name} is ${JSON.stringify(value)}, expected a text`)
}

function number(conf: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = conf[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && value >= 0) return value
  throw new ImproperlyConfigured(`the setting ${name} is ${JSON.stringify(value)}, expected a number of 0 or more`)
}
