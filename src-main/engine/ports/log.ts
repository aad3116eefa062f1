/**
 * The log: records with a level go in, lines in Celery's format come out to a sink (the process' stderr).
 * `[2026-11-22 11:36:40,107: INFO/MainProcess] message`, or as `worker_log_format` says.
 * Celery: celery/app/log.py
 */
import type { Clock } from './clock.js'
import { coloured, defaultLogFormat, defaultTaskLogFormat, logFormat, type LogFormat } from './log-format.js'
import { logLevels, type LogLevel, type LogRecord } from './log-record.js'

/** Settles when the text has left the process (or its buffer is small again). */
export type LogSink = (text: string) => Promise<void>

/** Who writes records instead of this log: the learner's own logging. Settles as a sink. */
export type LogReceiver = (record: LogRecord) => Promise<void>

interface Look {
  readonly format: LogFormat
  readonly taskFormat: LogFormat
  readonly colour: boolean
}

export interface LogParts {
  readonly processName: string
  readonly level: LogLevel
  readonly sink: LogSink
  readonly clock: Clock
  readonly pid?: number
  /** The sink is a terminal: only there are colours, unless `worker_log_color` is off. */
  readonly terminal?: boolean
}

type Said = Pick<LogRecord, 'level' | 'message' | 'loggerName' | 'task'>

/** Of everything in the engine that does not say whose line it is. */
const engineLogger = 'celery.worker'

export class Log {
  processName: string
  readonly level: LogLevel
  private readonly parts: LogParts
  private look: Look
  private receiver: LogReceiver | null = null

  constructor(parts: LogParts) {
    this.parts = parts
    this.processName = parts.processName
    this.level = parts.level
    this.look = {
      format: logFormat(defaultLogFormat),
      taskFormat: logFormat(defaultTaskLogFormat),
      colour: parts.terminal ?? false,
    }
  }

  /** From here on as the app's settings say; a format that cannot be used is told, and the line before it stays in use. */
  use(conf: Readonly<Record<string, unknown>>): void {
    const format = this.formatOf(conf, 'worker_log_format') ?? this.look.format
    const taskFormat = this.formatOf(conf, 'worker_task_log_format') ?? this.look.taskFormat
    const colour = conf['worker_log_color'] !== false && (this.parts.terminal ?? false)
    this.look = { format, taskFormat, colour }
  }

  /** Every record goes to the receiver from here on; null: to this log's own lines again. */
  give(receiver: LogReceiver | null): void {
    this.receiver = receiver
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

  write(level: LogLevel, message: string, loggerName = engineLogger): void {
    // A sink never rejects: a log that cannot be written has nobody to tell.
    void this.record({ level, message, loggerName })
  }

  /** For writers that must wait for a slow reader; the others use the level's own method. */
  record(said: Said): Promise<void> {
    if (this.isBelow(said.level)) return Promise.resolve()
    if (this.receiver === null) return this.line(said)
    return this.receiver(this.whole(said)).catch(() => this.line(said)) // it is gone: a record is not lost by that
  }

  /** What the code's own loggers leave to this log: it does not go back there. */
  fromCode({ formatted = false, ...said }: Said & { readonly formatted?: boolean }): Promise<void> {
    if (formatted) return this.pass(said.message)
    return this.isBelow(said.level) ? Promise.resolve() : this.line(said)
  }

  /** Text without a record around it, as Celery writes its shutdown notices. */
  plain(text: string): void {
    void this.pass(text)
  }

  /** Text that is a whole line already. Settles as the sink does. */
  pass(text: string): Promise<void> {
    return this.parts.sink(text)
  }

  private isBelow(level: LogLevel): boolean {
    return logLevels.indexOf(level) < logLevels.indexOf(this.level)
  }

  private whole(said: Said): LogRecord {
    const { clock, pid = process.pid } = this.parts
    return { ...said, atMs: clock.nowMs(), processName: this.processName, pid }
  }

  private line(said: Said): Promise<void> {
    const { format, taskFormat, colour } = this.look
    const line = (said.task === undefined ? format : taskFormat)(this.whole(said))
    return this.parts.sink(`${colour ? coloured(line, said.level) : line}\n`)
  }

  private formatOf(conf: Readonly<Record<string, unknown>>, setting: string): LogFormat | null {
    const text = conf[setting]
    if (text === undefined || text === null) return null
    try {
      return logFormat(String(text))
    } catch (error) {
      this.warning(`${setting} cannot be used and is left alone: ${(error as Error).message}`) // thrown by logFormat
      return null
    }
  }
}

/** A thrown value after a message, as `exc_info` puts Python's traceback there. */
export function withTraceback(message: string, thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown)
  return `${message}\n${text}`
}
