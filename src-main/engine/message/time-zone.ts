/**
 * A time zone by its IANA name. The rules are those that Node carries (Intl); Python's zoneinfo reads the same database.
 * Celery: celery/utils/time.py (timezone)
 */
import { ImproperlyConfigured } from '../errors.js'

export interface TimeZone {
  /** As it was asked for: `Europe/Oslo`. */
  readonly name: string
  /** What local clocks are ahead of UTC at an instant. */
  offsetSeconds(atMs: number): number
}

export const utc: TimeZone = { name: 'UTC', offsetSeconds: () => 0 }

export function openTimeZone(name: string): TimeZone {
  if (name === 'UTC') return utc
  const format = formatFor(name)
  return {
    name,
    offsetSeconds(atMs) {
      const part: Record<string, number> = {}
      for (const { type, value } of format.formatToParts(atMs)) part[type] = Number(value)
      const { year = 0, month = 1, day, hour, minute, second } = part
      const local = Date.UTC(year, month - 1, day, hour, minute, second)
      return Math.round(local / 1000 - Math.floor(atMs / 1000))
    },
  }
}

/** That of the machine. */
export function localTimeZone(): TimeZone {
  return openTimeZone(new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone)
}

function formatFor(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new ImproperlyConfigured(`the setting timezone is '${name}', expected a name such as 'Europe/Oslo'`)
  }
}
