/**
 * When a schedule is due, and in how many seconds to ask again. Pure: the time of day comes in.
 * Celery: celery/schedules.py schedule, crontab (is_due, remaining_estimate); celery/utils/time.py remaining
 */
import { ImproperlyConfigured } from '../errors.js'
import { localTimeZone, openTimeZone, utc, type TimeZone } from '../message/time-zone.js'
import { afterRun, type Crontab } from './crontab.js'
import { fastForward } from './fast-forward.js'
import { humanSeconds } from './human-seconds.js'
import { fieldsOf, instantOf, inZone, later, wallMicrosOf, type ZonedTime } from './zoned-time.js'

export interface Interval {
  readonly kind: 'interval'
  readonly everyMicros: number
  /** Due times are rounded down to the unit of the interval: full days, hours or minutes. */
  readonly relative: boolean
}

export type Schedule = Interval | Crontab

export function everySeconds(seconds: number, { relative = false } = {}): Interval {
  if (!Number.isFinite(seconds))
    throw new ImproperlyConfigured(`an interval is ${seconds} seconds, expected a finite number`)
  return { kind: 'interval', everyMicros: Math.round(seconds * 1e6), relative }
}

/** What an app's settings say about time. */
export interface AppTime {
  readonly zone: TimeZone
  readonly utcEnabled: boolean
  readonly local: TimeZone
  /** beat_cron_starting_deadline; null: a missed run is made up for however late it is. */
  readonly cronStartingDeadlineSeconds: number | null
}

export function appTime(conf: {
  readonly timezone: string | null
  readonly enable_utc: boolean
  readonly beat_cron_starting_deadline: number | null
}): AppTime {
  const local = localTimeZone()
  const byDefault = conf.enable_utc ? utc : local
  return {
    zone: conf.timezone ? openTimeZone(conf.timezone) : byDefault,
    utcEnabled: conf.enable_utc,
    local,
    cronStartingDeadlineSeconds: conf.beat_cron_starting_deadline,
  }
}

export interface DueState {
  readonly isDue: boolean
  /** Due: until the run after this one. Not due: until it is. */
  readonly nextSeconds: number
}

export interface Moment {
  readonly lastRunAt: ZonedTime
  readonly now: ZonedTime
}

export function dueState(schedule: Schedule, moment: Moment, app: AppTime): DueState {
  if (schedule.kind === 'crontab') return crontabDueState(schedule, moment, app)
  const remaining = remainingMicros(schedule, moment, app)
  return remaining > 0
    ? { isDue: false, nextSeconds: remaining / 1e6 }
    : { isDue: true, nextSeconds: Math.max(schedule.everyMicros, 0) / 1e6 }
}

/** From now to the next run; below zero when that is past. */
export function remainingMicros(schedule: Schedule, { lastRunAt, now }: Moment, app: AppTime): number {
  if (schedule.kind === 'crontab') {
    return instantOf(nextRun(schedule, lastRunAt, now, app)) - instantOf(now)
  }
  const next = later(lastRunAt, schedule.everyMicros)
  return instantOf(schedule.relative ? rounded(next, schedule.everyMicros) : next) - instantOf(now)
}

function crontabDueState(cron: Crontab, { lastRunAt, now }: Moment, app: AppTime): DueState {
  const remaining = remainingMicros(cron, { lastRunAt, now }, app)
  const tooLate = isPastDeadline(cron, { lastRunAt, now }, remaining, app)
  if (remaining > 0) return { isDue: false, nextSeconds: remaining / 1e6 }
  const toNextRun = Math.max(remainingMicros(cron, { lastRunAt: now, now }, app), 0)
  return { isDue: !tooLate, nextSeconds: toNextRun / 1e6 }
}

/**
 * Counted from the last of the runs that were missed. Celery looks for it in steps as long as the run is late, which takes
 * minutes when a daily run is late by milliseconds; here the steps to one and the same run are taken at once.
 */
function isPastDeadline(cron: Crontab, { lastRunAt, now }: Moment, remaining: number, app: AppTime): boolean {
  if (app.cronStartingDeadlineSeconds === null) return false
  let [checked, left, lastMissed] = [lastRunAt, remaining, remaining]
  while (left < 0) {
    lastMissed = left
    const missed = nextRun(cron, checked, now, app)
    const steps = Math.ceil((missed.wallMicros - checked.wallMicros) / -left)
    checked = later(checked, -left * Math.max(steps, 1))
    left = remainingMicros(cron, { lastRunAt: checked, now }, app)
  }
  return -lastMissed / 1e6 > app.cronStartingDeadlineSeconds
}

function nextRun(cron: Crontab, lastRunAt: ZonedTime, now: ZonedTime, app: AppTime): ZonedTime {
  return fastForward(toLocal(lastRunAt, app), afterRun(cron, lastRunAt, now))
}

/** As Celery: without enable_utc a time in UTC is read on the machine's own clock. */
function toLocal(time: ZonedTime, { utcEnabled, local }: AppTime): ZonedTime {
  return utcEnabled || time.zone.name !== 'UTC' ? time : inZone(time, local)
}

/** Celery: celery/utils/time.py delta_resolution */
function rounded(time: ZonedTime, everyMicros: number): ZonedTime {
  const { year, month, day, hour, minute, second } = fieldsOf(time)
  const seconds = everyMicros / 1e6
  const date = { year, month, day }
  if (seconds >= 86_400) return { ...time, wallMicros: wallMicrosOf(date), fold: 0 }
  if (seconds >= 3600) return { ...time, wallMicros: wallMicrosOf({ ...date, hour }), fold: 0 }
  if (seconds >= 60) return { ...time, wallMicros: wallMicrosOf({ ...date, hour, minute }), fold: 0 }
  return { ...time, wallMicros: wallMicrosOf({ ...date, hour, minute, second }) }
}

/** `<freq: 5.00 seconds>`, `<crontab: 0 4 * * * (m/h/dM/MY/d)>` */
export function scheduleRepr(schedule: Schedule): string {
  if (schedule.kind === 'crontab') return `<crontab: ${schedule.shown.join(' ')} (m/h/dM/MY/d)>`
  return `<freq: ${humanSeconds(Math.max(schedule.everyMicros, 0) / 1e6)}>`
}
