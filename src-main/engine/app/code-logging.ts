/**
 * How the app's code takes part in logging: receivers of `setup_logging` set it up themselves, those of `after_setup_logger`
 * and `after_setup_task_logger` change what was set up. Without any of them nothing here is in the way of a record.
 * Celery: celery/app/log.py
 */
import { defaultLogFormat, defaultTaskLogFormat } from '../ports/log-format.js'
import { logLevels, type LogLevel } from '../ports/log-record.js'
import type { TaskLogRecord } from '../trace/task-runner.js'
import { CodeLogger, type CodeLogHandler } from './code-logger.js'
import type { CodeSignals } from './code-signals.js'

export interface CodeLoggingParts {
  readonly signals: CodeSignals
  readonly level: LogLevel
  readonly conf: Readonly<Record<string, unknown>>
  /** The worker's own log: where records go until the code says otherwise. */
  readonly write: CodeLogHandler
}

export class CodeLogging {
  private readonly parts: CodeLoggingParts
  private readonly root: CodeLogger
  private readonly ofTasks: CodeLogger
  /** As Celery: a task's logger passes nothing on, unless `setup_logging` has left it alone. */
  private tasksAreApart = false

  constructor(parts: CodeLoggingParts) {
    this.parts = parts
    this.root = new CodeLogger('root', parts.level)
    this.ofTasks = new CodeLogger('celery.task', parts.level)
  }

  /** True: records have to come by `log()`, for the code has a say in where they go. */
  async setUp(): Promise<boolean> {
    const { signals, level, conf, write } = this.parts
    const said = { loglevel: level, logfile: null, colorize: false }
    const format = textOr(conf['worker_log_format'], defaultLogFormat)
    if (signals.setupLogging.hasReceivers) {
      await signals.setupLogging.send(null, { ...said, format, logger: this.root })
      return true
    }
    for (const logger of [this.root, this.ofTasks]) logger.addHandler(write)
    this.tasksAreApart = true
    await signals.afterSetupLogger.send(null, { ...said, format, logger: this.root })
    const taskFormat = textOr(conf['worker_task_log_format'], defaultTaskLogFormat)
    await signals.afterSetupTaskLogger.send(null, { ...said, format: taskFormat, logger: this.ofTasks })
    return signals.afterSetupLogger.hasReceivers || signals.afterSetupTaskLogger.hasReceivers
  }

  /** To the handlers of the record's logger. */
  log(record: TaskLogRecord): Promise<unknown> {
    const logger = record.task !== undefined && this.tasksAreApart ? this.ofTasks : this.root
    if (logLevels.indexOf(record.level) < logLevels.indexOf(logger.level)) return Promise.resolve()
    return Promise.all(logger.handlers.map((handler) => this.handle(handler, record)))
  }

  private async handle(handler: CodeLogHandler, record: TaskLogRecord): Promise<void> {
    try {
      await handler(record)
    } catch (error) {
      await this.parts.write({ ...record, message: `${record.message}\n(its handler raised: ${String(error)})` })
    }
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}
