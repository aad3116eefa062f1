/**
 * The setting `beat_schedule`, as a TypeScript program writes it or as Python's side hands it over, becomes calls with a
 * schedule. What is wrong with an entry is said by its name. Celery: celery/beat.py (ScheduleEntry), celery/schedules.py (maybe_schedule)
 */
import { ImproperlyConfigured } from '../errors.js'
import { readSendOptions, type SendOptions } from '../message/send-options.js'
import { isObject } from '../message/shapes.js'
import { parseJson } from '../serialization/json.js'
import { toWire } from '../serialization/native-values.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Crontab } from './crontab.js'
import { everySeconds, type Schedule } from './schedule.js'

/** One entry of `beat_schedule` by Celery's names. */
export interface BeatEntry {
  readonly task: string
  /** Seconds, or what `crontab()` and `everySeconds()` make. */
  readonly schedule: number | Schedule
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly options?: SendOptions
  /** Due times of an interval in seconds are rounded down to its unit. */
  readonly relative?: boolean
}

export type BeatSchedule = Readonly<Record<string, BeatEntry>>

/** What beat sends when an entry is due. */
export interface ScheduledCall {
  readonly name: string
  readonly task: string
  readonly schedule: Schedule
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly options: SendOptions
  /** argsrepr and kwargsrepr as Python wrote them. */
  readonly shown?: { readonly args: string; readonly kwargs: string }
}

type Given = Readonly<Record<string, unknown>>

const known = new Set(['task', 'schedule', 'args', 'kwargs', 'options', 'relative'])
/** Python's form: arguments and options are JSON text, so that `2.0` stays what it is. */
const knownFromPython = new Set(['task', 'schedule', 'argsJson', 'kwargsJson', 'optionsJson', 'argsrepr', 'kwargsrepr'])

/** Throws ImproperlyConfigured with everything that is wrong. */
export function readBeatSchedule(setting: unknown): readonly ScheduledCall[] {
  if (setting === null || setting === undefined) return []
  if (!isPlainObject(setting)) throw new ImproperlyConfigured('the setting beat_schedule must be a mapping of entries')
  const problems: string[] = []
  const calls = Object.entries(setting).flatMap(([name, entry]) => {
    try {
      return [readEntry(name, entry)]
    } catch (error) {
      problems.push(`the entry '${name}' of beat_schedule: ${error instanceof Error ? error.message : String(error)}`)
      return []
    }
  })
  if (problems.length > 0)
    throw new ImproperlyConfigured(`${problems.join('\n')}\nbeat does not start; nothing was sent`)
  return calls
}

/** Throws what is wrong with it. */
export function readEntry(name: string, entry: unknown): ScheduledCall {
  if (!isPlainObject(entry)) throw new TypeError(`is ${shownKind(entry)}, expected a mapping with task and schedule`)
  if (typeof entry.problem === 'string') throw new TypeError(entry.problem)
  const fromPython = 'argsJson' in entry
  for (const key of Object.keys(entry)) {
    if (!(fromPython ? knownFromPython : known).has(key))
      throw new TypeError(`has a key '${key}', expected some of ${[...known].join(', ')}`)
  }
  const { task } = entry
  if (typeof task !== 'string' || task === '') throw new TypeError(`task is ${shownKind(task)}, expected a task's name`)
  const schedule = readSchedule(entry.schedule, entry.relative === true)
  return { name, task, schedule, ...(fromPython ? callOfPython(entry) : plainCall(entry)) }
}

type Call = Pick<ScheduledCall, 'args' | 'kwargs' | 'options' | 'shown'>

function plainCall({ args = [], kwargs = {}, options = {} }: Given): Call {
  if (!Array.isArray(args)) throw new TypeError(`args is ${shownKind(args)}, expected a list`)
  if (!isPlainObject(kwargs)) throw new TypeError(`kwargs is ${shownKind(kwargs)}, expected a mapping`)
  if (!isPlainObject(options)) throw new TypeError(`options is ${shownKind(options)}, expected a mapping`)
  return {
    args: (args as readonly unknown[]).map(toWire),
    kwargs: toWire(kwargs) as WireObject, // of an object
    options: options as SendOptions, // looked at by the builder, as those of every call
  }
}

function callOfPython({ argsJson, kwargsJson, optionsJson, argsrepr, kwargsrepr }: Given): Call {
  const args = parseJson(String(argsJson))
  const kwargs = parseJson(String(kwargsJson))
  if (!Array.isArray(args)) throw new TypeError('args must be a list or tuple')
  if (!isObject(kwargs)) throw new TypeError('kwargs must be a dict')
  return {
    args: args as readonly WireValue[], // isArray does not narrow readonly arrays
    kwargs,
    options: readSendOptions(String(optionsJson)),
    ...(typeof argsrepr === 'string' && typeof kwargsrepr === 'string'
      ? { shown: { args: argsrepr, kwargs: kwargsrepr } }
      : {}),
  }
}

export function readSchedule(given: unknown, relative = false): Schedule {
  if (typeof given === 'number') return everySeconds(given, { relative })
  if (isPlainObject(given)) {
    if (given.kind === 'crontab' && isCrontab(given)) return given
    if (given.kind === 'interval' && typeof given.everyMicros === 'number')
      return { kind: 'interval', everyMicros: given.everyMicros, relative: relative || given.relative === true }
  }
  throw new TypeError(`schedule is ${shownKind(given)}, expected seconds, an interval or a crontab`)
}

function isCrontab(given: Given): given is Given & Crontab {
  const { minutes, hours, daysOfWeek, daysOfMonth, monthsOfYear, anyDate, shown } = given
  const within = (numbers: unknown, first: number, last: number): boolean =>
    Array.isArray(numbers) &&
    numbers.length > 0 &&
    numbers.every((number) => Number.isInteger(number) && number >= first && number <= last)
  return (
    within(minutes, 0, 59) &&
    within(hours, 0, 23) &&
    within(daysOfWeek, 0, 6) &&
    within(daysOfMonth, 1, 31) &&
    within(monthsOfYear, 1, 12) &&
    typeof anyDate === 'boolean' &&
    Array.isArray(shown) &&
    shown.length === 5
  )
}

function isPlainObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shownKind(value: unknown): string {
  if (value === null || value === undefined) return 'missing'
  return typeof value === 'object'
    ? `of kind ${JSON.stringify(value).slice(0, 80)}`
    : `${typeof value} ${String(value)}`
}
