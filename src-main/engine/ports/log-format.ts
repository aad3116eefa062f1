/**
 * How a record becomes a line: Python's `%(field)s` formats, which `worker_log_format` and `worker_task_log_format` are,
 * and the colours that Celery gives the levels on a terminal.
 * Celery: celery/app/log.py (TaskFormatter), celery/utils/log.py (ColorFormatter), celery/utils/term.py
 */
import { asctime, logLevels, type LogLevel, type LogRecord } from './log-record.js'

export type LogFormat = (record: LogRecord) => string

export const defaultLogFormat = '[%(asctime)s: %(levelname)s/%(processName)s] %(message)s'
export const defaultTaskLogFormat =
  '[%(asctime)s: %(levelname)s/%(processName)s] %(task_name)s[%(task_id)s]: %(message)s'

const startedAtMs = Date.now()

/** A record of the engine has no source line of Python's: those fields say where it comes from as well as they can. */
const fields: Readonly<Record<string, (record: LogRecord) => string | number>> = {
  asctime: (record) => asctime(record.atMs),
  created: (record) => record.atMs / 1000,
  msecs: (record) => record.atMs % 1000,
  relativeCreated: (record) => record.atMs - startedAtMs,
  levelname: (record) => record.level,
  levelno: (record) => (logLevels.indexOf(record.level) + 1) * 10,
  name: (record) => record.loggerName,
  message: (record) => record.message,
  msg: (record) => record.message,
  process: (record) => record.pid,
  processName: (record) => record.processName,
  thread: () => 0,
  threadName: () => 'MainThread',
  module: (record) => record.loggerName.split('.').at(-1) ?? '',
  filename: (record) => `${record.loggerName.split('.').at(-1)}.py`,
  pathname: (record) => `${record.loggerName.replaceAll('.', '/')}.py`,
  funcName: () => '<module>',
  lineno: () => 0,
  task_name: (record) => record.task?.name ?? '???',
  task_id: (record) => record.task?.id ?? '???',
}

const piece = /%(?:%|\((?<field>\w+)\)(?<flags>[-+ 0#]*)(?<width>\d+)?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z]))/g

/**
 * @throws Error, in words for a learner: a field that no record has, or a conversion that is none. Python finds out only
 * when the first record is written, and then writes a traceback in place of each.
 */
export function logFormat(text: string): LogFormat {
  const parts: (string | LogFormat)[] = []
  let end = 0
  for (const found of text.matchAll(piece)) {
    parts.push(text.slice(end, found.index))
    end = found.index + found[0].length
    parts.push(found[0] === '%%' ? '%' : conversion(found[0], found.groups ?? {}))
  }
  parts.push(text.slice(end))
  if (!parts.some((part) => typeof part !== 'string'))
    throw new Error(`${JSON.stringify(text)} has no field such as %(message)s in it`)
  return (record) => {
    let line = ''
    for (const part of parts) line += typeof part === 'string' ? part : part(record)
    return line
  }
}

function conversion(written: string, groups: Readonly<Record<string, string | undefined>>): LogFormat {
  const { field = '', flags = '', width, precision, type = 's' } = groups
  const value = fields[field]
  if (value === undefined) throw new Error(`${written}: a log record has no field ${JSON.stringify(field)}`)
  if (!'sdifr'.includes(type)) throw new Error(`${written}: expected s, d or f at the end`)
  if (type === 's' && flags === '' && width === undefined && precision === undefined)
    return (record) => String(value(record)) // nearly all of them
  return (record) =>
    padded(converted(value(record), type, precision), flags, Number(width ?? '0'), 'dif'.includes(type))
}

function converted(value: string | number, type: string, precision: string | undefined): string {
  if (type === 'd' || type === 'i') return String(Math.trunc(Number(value)))
  if (type === 'f') return Number(value).toFixed(Number(precision ?? '6'))
  return precision === undefined ? String(value) : String(value).slice(0, Number(precision))
}

function padded(text: string, flags: string, width: number, isNumber: boolean): string {
  if (flags.includes('-')) return text.padEnd(width)
  return text.padStart(width, flags.includes('0') && isNumber ? '0' : ' ')
}

const colours: Readonly<Partial<Record<LogLevel, number>>> = { DEBUG: 34, WARNING: 33, ERROR: 31, CRITICAL: 35 }

/** The whole line in its level's colour; INFO has none. */
export function coloured(line: string, level: LogLevel): string {
  const colour = colours[level]
  return colour === undefined ? line : `\u001b[1;${colour}m${line}\u001b[0m`
}
