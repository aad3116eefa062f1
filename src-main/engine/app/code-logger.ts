/**
 * A logger as receivers of `setup_logging` and its siblings get it: they say where its records go.
 * Celery: Python's logging.Logger
 */
import type { LogLevel } from '../ports/log-record.js'
import type { TaskLogRecord } from '../trace/task-runner.js'

/** What it throws is nobody's failure: the record goes to the worker's own log instead. */
export type CodeLogHandler = (record: TaskLogRecord) => unknown

export class CodeLogger {
  readonly name: string
  /** What is below it is not handled. */
  level: LogLevel
  /** In the order of their calls. */
  handlers: readonly CodeLogHandler[] = []

  constructor(name: string, level: LogLevel) {
    this.name = name
    this.level = level
  }

  addHandler(handler: CodeLogHandler): void {
    if (!this.handlers.includes(handler)) this.handlers = [...this.handlers, handler]
  }

  removeHandler(handler: CodeLogHandler): void {
    this.handlers = this.handlers.filter((one) => one !== handler)
  }
}
