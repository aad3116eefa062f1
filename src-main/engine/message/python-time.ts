/**
 * Times as Celery writes them (`datetime.isoformat()`, offset of the app's timezone) and reads them
 * (a missing offset means UTC). Celery: celery/app/amqp.py as_task_v2, celery/utils/iso8601.py
 */
import { openTimeZone } from './time-zone.js'

/** `2026-11-22T11:37:45.492475+00:00`; microseconds are left out when zero. `timezone` null is UTC. */
export function isoformat(atMs: number, timezone: string | null): string {
  const offsetMinutes = timezone === null ? 0 : Math.round(openTimeZone(timezone).offsetSeconds(atMs) / 60)
  const micros = Math.round(atMs * 1000)
  const wholeMs = Math.floor(micros / 1000)
  const shown = new Date(wholeMs + offsetMinutes * 60_000).toISOString()
  const fraction = shown.slice(20, 23) + String(micros - wholeMs * 1000).padStart(3, '0')
  return shown.slice(0, 19) + (fraction === '000000' ? '' : `.${fraction}`) + offsetText(offsetMinutes)
}

const isoPattern =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?\s*(Z|[-+]\d\d(?::?\d\d(?::?\d\d)?)?)?)?$/i

/** Unix time in milliseconds, or null for what is not an ISO 8601 time. A naive time is UTC, as Celery's worker reads it. */
export function parseIsoTime(text: string): number | null {
  const match = isoPattern.exec(text.trim())
  if (!match) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const fields = [Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const
  const date = new Date(0)
  date.setUTCFullYear(Number(year), fields[0] - 1, fields[1])
  date.setUTCHours(fields[2], fields[3], fields[4])
  const readBack = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  if (readBack.some((value, index) => value !== fields[index])) return null // 31 February rolls over
  return date.getTime() + Number(`0.${fraction || '0'}`) * 1000 - zoneMinutes(zone) * 60_000
}

function zoneMinutes(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replaceAll(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4) || '0')
  return zone.startsWith('-') ? -minutes : minutes
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
}
