/**
 * Where a crontab goes on from a time: some fields are set, then days are added. A day that a month does not have becomes
 * its last. Celery: celery/utils/time.py ffwd
 */
import { daysInMonth, fieldsOf, wallMicrosOf, type ZonedTime } from './zoned-time.js'

/** Seconds become 0. What is absent stays. */
export interface FastForward {
  readonly year?: number
  readonly month?: number
  readonly day?: number
  readonly hour?: number
  readonly minute: number
  /** To the next such day, today included. Sunday is 0. */
  readonly weekday?: number
  readonly weeks?: number
}

export function fastForward(from: ZonedTime, by: FastForward): ZonedTime {
  const shown = fieldsOf(from)
  const { year = shown.year, month = shown.month, hour = shown.hour, minute } = by
  const day = Math.min(daysInMonth(year, month), by.day ?? shown.day)
  const wallMicros = wallMicrosOf({ year, month, day, hour, minute })
  const days = (by.weeks ?? 0) * 7 + (by.weekday === undefined ? 0 : daysUntil(by.weekday, wallMicros))
  return { ...from, wallMicros: wallMicros + days * 86_400_000_000, fold: 0 }
}

function daysUntil(weekday: number, wallMicros: number): number {
  return (7 + weekday - new Date(wallMicros / 1000).getUTCDay()) % 7
}
