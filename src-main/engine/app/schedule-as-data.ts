/**
 * `beat_schedule` with what `addPeriodicTask` has added, as data for a beat in another process: in the form in which Python's
 * side hands it over as well, arguments and options as JSON text. What beat cannot use is said when beat starts: a worker of
 * the same code has nothing to do with it. Celery: celery/beat.py (ScheduleEntry)
 */
import { readEntry, type BeatEntry } from '../beat/beat-schedule.js'
import { stringifyJson } from '../serialization/json.js'
import { toWire } from '../serialization/native-values.js'

/** null: there is nothing to do at any time. */
export function scheduleAsData(setting: unknown, added: ReadonlyMap<string, BeatEntry>): unknown {
  const given = typeof setting === 'object' && setting !== null && !Array.isArray(setting) ? setting : {}
  if (setting != null && given !== setting) return setting // no mapping: beat says so
  const entries = [...Object.entries(given as Readonly<Record<string, unknown>>), ...added]
  if (entries.length === 0) return null
  return Object.fromEntries(entries.map(([name, entry]) => [name, entryAsData(name, entry)]))
}

function entryAsData(name: string, entry: unknown): object {
  try {
    const { task, schedule, args, kwargs, options } = readEntry(name, entry)
    const told = Object.entries(options).filter(([, value]) => value != null)
    const optionsAsData = told.map(
      ([key, value]) => [key, value instanceof Date ? value.toISOString() : value] as const,
    )
    return {
      task,
      schedule,
      argsJson: stringifyJson(args),
      kwargsJson: stringifyJson(kwargs),
      optionsJson: stringifyJson(toWire(Object.fromEntries(optionsAsData))),
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
