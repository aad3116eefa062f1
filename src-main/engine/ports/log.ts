/**
 * The log: records with a level go in, lines in Celery's format come out to a sink (the process' stderr).
 * `[2026-11-22 11:36:40,107: INFO/MainProcess] message`, in the local time of the process.
 * Celery: celery/app/log.py, celery/app/defaults.py (worker_log_format, worker_task_log_format)
 */
import type { Clock } from './clock.js'

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof logLevels)[number]

/** Settles when the text has left the process (or its buffer is small again). */
export type LogSink = (text: string) => Promise<void>

export interface LogRecord {
  readonly atMs: number
  readonly level: LogLevel
  /** `MainProcess`, `ForkPoolWorker-1` */
  readonly processName: string
  readonly message: string
  readonly task?: { readonly name: string; readonly id: string } | null
}

export function formatLogRecord(record: LogRecord): string {
  const task = record.task ? `${record.task.name}[${record.task.id}]: ` : ''
  return `[${asctime(record.atMs)}: ${record.level}/${record.processName}] ${task}${record.message}\n`
}

/** Python's logging: `2026-11-22 11:36:40,107`. */
export function asctime(atMs: number): string {
  const at = new Date(atMs)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}

export function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text)
}

export class Log {
  processName: string
  readonly level: LogLevel
  private readonly sink: LogSink
  private readonly clock: Clock

  constructor(parts: {
    readonly processName: string
    readonly level: LogLevel
    readonly sink: LogSink
    readonly clock: Clock
  }) {
    this.processName = parts.processName
    this.level = parts.level
    this.sink = parts.sink
    this.clock = parts.clock
  }

  debug(message: string): void {
    this.write('DEBUG', message)
  }
  info(message: string): void {
    this.write('INFO', message)
  }
  warning(message: string): void {
    this.write('WARNING', message)
  }
  error(message: string): void {
    this.write('ERROR', message)
  }
  critical(message: string): void {
    this.write('CRITICAL', message)
  }

  write(level: LogLevel, message: string): void {
    void this.record({ level, message, task: null }) // a sink never rejects: a log that cannot be written has nobody to tell
  }

  /** For writers that must wait for a slow reader; the others use the level's own method. */
  record(record: {
    readonly level: LogLevel
    readonly message: string
    readonly task: LogRecord['task']
  }): Promise<void> {
    if (logLevels.indexOf(record.level) < logLevels.indexOf(this.level)) return Promise.resolve()
    return this.sink(
      formatLogRecord({
        atMs: this.clock.nowMs(),
        level: record.level,
        processName: this.processName,
        message: record.message,
        task: record.task ?? null,
      }),
    )
  }

  /** Text without a record around it, as Celery writes its shutdown notices. */
  plain(text: string): void {
    void this.sink(text)
  }
}

/** A thrown value after a message, as `exc_info` puts Python's traceback there. */
export function withTraceback(message: string, thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)
  return `${message}\n${text}`
}
