/**
 * How one task is to be treated: its own attribute where it has one, the app's setting otherwise.
 * Celery: celery/app/task.py (from_config), celery/app/defaults.py
 */
import type { TaskInfo } from '../../trace/task-runner.js'

export interface TaskSettings {
  readonly acksLate: boolean
  readonly acksOnFailureOrTimeout: boolean
  readonly rejectOnWorkerLost: boolean
  readonly ignoreResult: boolean
  readonly storeErrorsEvenIfIgnored: boolean
  readonly trackStarted: boolean
  readonly resultExtended: boolean
  readonly deduplicatesSuccessful: boolean
  readonly timeLimitSeconds: number | null
  readonly softTimeLimitSeconds: number | null
}

type Values = Readonly<Record<string, unknown>>

export function taskSettings(task: TaskInfo | undefined, conf: Values): TaskSettings {
  const own = task?.options ?? {}
  const flag = (attribute: string, setting: string, otherwise: boolean): boolean =>
    booleanOf(own[attribute]) ?? booleanOf(conf[setting]) ?? otherwise
  const seconds = (attribute: string, setting: string): number | null =>
    numberOf(own[attribute]) ?? numberOf(conf[setting]) ?? null
  return {
    acksLate: flag('acks_late', 'task_acks_late', false),
    acksOnFailureOrTimeout: flag('acks_on_failure_or_timeout', 'task_acks_on_failure_or_timeout', true),
    rejectOnWorkerLost: flag('reject_on_worker_lost', 'task_reject_on_worker_lost', false),
    ignoreResult: flag('ignore_result', 'task_ignore_result', false),
    storeErrorsEvenIfIgnored: flag('store_errors_even_if_ignored', 'task_store_errors_even_if_ignored', false),
    trackStarted: flag('track_started', 'task_track_started', false),
    resultExtended: booleanOf(conf['result_extended']) ?? false,
    deduplicatesSuccessful: conf['worker_deduplicate_successful_tasks'] === true,
    timeLimitSeconds: seconds('time_limit', 'task_time_limit'),
    softTimeLimitSeconds: seconds('soft_time_limit', 'task_soft_time_limit'),
  }
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
