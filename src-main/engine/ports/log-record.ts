/** What is logged: a message with its level, and who says it. Celery: celery/app/log.py, Python's logging.LogRecord */

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogRecord {
  readonly atMs: number
  readonly level: LogLevel
  /** `MainProcess`, `ForkPoolWorker-1` */
  readonly processName: string
  readonly pid: number
  /** Of the logger, as Python's modules name theirs: `celery.worker.strategy`. */
  readonly loggerName: string
  readonly message: string
  /** Of a task's own logger (get_task_logger): the running task, null outside one. Absent: any other logger. */
  readonly task?: { readonly name: string; readonly id: string } | null
}

export function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text)
}

/** Python's logging: `2026-11-22 11:36:40,107`, in the local time of the process. */
export function asctime(atMs: number): string {
  const at = new Date(atMs)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}
