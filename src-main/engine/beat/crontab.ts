/**
 * A crontab: which minutes, hours and days it means, and the time that comes next after a run.
 * Celery: celery/schedules.py crontab (remaining_delta, _delta_to_next)
 */
import { expandCronSpec, type CronSpec, type CronUnit } from './cron-field.js'
import type { FastForward } from './fast-forward.js'
import { daysInMonth, fieldsOf, wallMicrosOf, type ZonedTime } from './zoned-time.js'

export interface CrontabSpec {
  readonly minute?: CronSpec
  readonly hour?: CronSpec
  readonly day_of_week?: CronSpec
  readonly day_of_month?: CronSpec
  readonly month_of_year?: CronSpec
}

export interface Crontab {
  readonly kind: 'crontab'
  /** All in ascending order. */
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly daysOfWeek: readonly number[]
  readonly daysOfMonth: readonly number[]
  readonly monthsOfYear: readonly number[]
  /** Day of month and month were both left at `*`. */
  readonly anyDate: boolean
  /** `*` or `1,2`, as they were given: minute, hour, day of month, month, day of week. */
  readonly shown: readonly [string, string, string, string, string]
}

const units: Readonly<Record<keyof CrontabSpec, CronUnit>> = {
  minute: { count: 60, first: 0 },
  hour: { count: 24, first: 0 },
  day_of_week: { count: 7, first: 0 },
  day_of_month: { count: 31, first: 1 },
  month_of_year: { count: 12, first: 1 },
}

/** `shown`: how another language wrote the fields, in the order of `Crontab.shown`. */
export function crontab(spec: CrontabSpec, shown?: Crontab['shown']): Crontab {
  const { minute = '*', hour = '*', day_of_week = '*', day_of_month = '*', month_of_year = '*' } = spec
  return {
    kind: 'crontab',
    minutes: expanded('minute', minute),
    hours: expanded('hour', hour),
    daysOfWeek: expanded('day_of_week', day_of_week),
    daysOfMonth: expanded('day_of_month', day_of_month),
    monthsOfYear: expanded('month_of_year', month_of_year),
    anyDate: day_of_month === '*' && month_of_year === '*',
    shown: shown ?? [text(minute), text(hour), text(day_of_month), text(month_of_year), text(day_of_week)],
  }
}

function expanded(field: keyof CrontabSpec, spec: CronSpec): readonly number[] {
  const numbers = expandCronSpec(spec, units[field])
  if (numbers.length === 0)
    throw new RangeError(`the crontab's ${field} is an empty list, expected at least one number`)
  return numbers
}

function text(spec: CronSpec): string {
  return typeof spec === 'object' ? `[${spec.join(', ')}]` : String(spec)
}

/** What comes after a run: to be added to the time of that run. */
export function afterRun(cron: Crontab, lastRunAt: ZonedTime, now: ZonedTime): FastForward {
  const last = fieldsOf(lastRunAt)
  const runsThatDay =
    cron.monthsOfYear.includes(last.month) &&
    cron.daysOfMonth.includes(last.day) &&
    cron.daysOfWeek.includes(last.weekday)
  const nextMinute = cron.minutes.find((minute) => minute > last.minute)
  if (runsThatDay && isSameDay(last, fieldsOf(now)) && cron.hours.includes(last.hour) && nextMinute !== undefined)
    return { minute: nextMinute }
  const minute = cron.minutes[0] ?? 0
  const nextHour = cron.hours.find((hour) => hour > last.hour)
  if (runsThatDay && nextHour !== undefined) return { hour: nextHour, minute }
  const hour = cron.hours[0] ?? 0
  if (!cron.anyDate) return { ...nextDate(cron, lastRunAt, { hour, minute }), hour, minute }
  const weekday = cron.daysOfWeek.find((day) => day > last.weekday) ?? cron.daysOfWeek[0] ?? 0
  return { weekday, weeks: weekday === last.weekday ? 1 : 0, hour, minute }
}

type CalendarDate = Pick<ReturnType<typeof fieldsOf>, 'year' | 'month' | 'day'>

function isSameDay(one: CalendarDate, other: CalendarDate): boolean {
  return one.day === other.day && one.month === other.month && one.year === other.year
}

const mostRollovers = 2000

/** The next date that month, day of month and weekday agree on. */
function nextDate(
  cron: Crontab,
  lastRunAt: ZonedTime,
  at: { readonly hour: number; readonly minute: number },
): CalendarDate {
  const { daysOfMonth, monthsOfYear } = cron
  const last = fieldsOf(lastRunAt)
  const sameMonth = monthsOfYear.includes(last.month)
  let year = last.year
  let dayIndex = sameMonth ? countWhile(daysOfMonth, (day) => day <= last.day) : 0
  let monthIndex = countWhile(monthsOfYear, (month) => (sameMonth ? month < last.month : month <= last.month))
  if (monthIndex === monthsOfYear.length) monthIndex = 0 // the year is found out below
  const candidate = (): CalendarDate => ({
    year,
    month: monthsOfYear[monthIndex] ?? 1,
    day: daysOfMonth[dayIndex] ?? Infinity, // past the month's days
  })
  const isPossible = (date: CalendarDate): boolean =>
    date.day <= daysInMonth(date.year, date.month) && wallMicrosOf({ ...date, ...at }) >= lastRunAt.wallMicros
  for (;;) {
    for (let rollovers = 0; !isPossible(candidate()); rollovers++) {
      if (rollovers === mostRollovers)
        throw new RangeError('unable to rollover, time specification is probably invalid')
      dayIndex = 0
      monthIndex += 1
      if (monthIndex === monthsOfYear.length) {
        monthIndex = 0
        year += 1
      }
    }
    const date = candidate()
    const weekday = new Date(wallMicrosOf(date) / 1000).getUTCDay()
    if (cron.daysOfWeek.includes(weekday)) return date
    dayIndex += 1
  }
}

function countWhile(numbers: readonly number[], holds: (number: number) => boolean): number {
  const end = numbers.findIndex((number) => !holds(number))
  return end < 0 ? numbers.length : end
}
