/** The lines a pool process writes when a task has ended, in Celery's words. Celery: celery/app/trace.py, celery/utils/log.py */
import type { LogLevel } from '../ports/log-record.js'
import { pythonFloat } from '../serialization/python-float.js'
import type { RaisedError } from './task-runner.js'

export interface TraceLine {
  readonly level: LogLevel
  readonly message: string
}

interface TaskName {
  readonly displayName: string
  readonly taskId: string
}

export function succeededLine(task: TaskName, runtimeSeconds: number, resultRepr: string): TraceLine {
  return { level: 'INFO', message: `${named(task)} succeeded in ${pythonFloat(runtimeSeconds)}s: ${resultRepr}` }
}

export function raisedLine(task: TaskName, error: RaisedError, expected: boolean): TraceLine {
  if (expected) return { level: 'INFO', message: `${named(task)} raised expected: ${error.repr}` }
  return {
    level: 'ERROR',
    message: `${named(task)} raised unexpected: ${error.repr}\n${error.tracebackText.trimEnd()}`,
  }
}

/** A message that came again although the task had succeeded: `worker_deduplicate_successful_tasks`. */
export function duplicateLine(task: TaskName): TraceLine {
  return { level: 'INFO', message: `${named(task)} Task already completed successfully.` }
}

/** `reason` is `Retry in 1s: ValueError('try 0')`. */
export function retryLine(task: TaskName, reason: string): TraceLine {
  return { level: 'INFO', message: `${named(task)} retry: ${reason}` }
}

export function ignoredLine(task: TaskName): TraceLine {
  return { level: 'INFO', message: `${named(task)} ignored` }
}

export function rejectedLine(
  task: TaskName,
  reject: { readonly requeue: boolean; readonly reason: string; readonly tracebackText: string },
): TraceLine {
  const requeue = reject.requeue ? 'True' : 'False'
  return {
    level: 'WARNING',
    message: `${named(task)} reject requeue=${requeue}: ${reject.reason}\n${reject.tracebackText.trimEnd()}`,
  }
}

function named(task: TaskName): string {
  return `Task ${task.displayName}[${task.taskId}]`
}
