/**
 * What a worker reads off the code its pool has loaded: the tasks' names, the settings with the command line's on top,
 * how each task is to be treated. Celery: celery/worker/worker.py (setup_defaults, either), celery/app/base.py
 */
import type { Queue } from '../message/queue.js'
import type { LoadedCode } from '../pool/pool-messages.js'
import { taskSettings, type TaskSettings } from './request/task-settings.js'
import type { Broker, WorkerOptions } from './worker-parts.js'

export function taskNames(code: LoadedCode): readonly string[] {
  return code.tasks.map((task) => task.name).sort()
}

/** Each task's settings are read once. */
export function settingsByTask(code: LoadedCode, options: WorkerOptions): (taskName: string) => TaskSettings {
  const byName = new Map(code.tasks.map((task) => [task.name, task]))
  const conf = withLimits(code.conf, options)
  const known = new Map<string, TaskSettings>()
  return (name) => {
    const settings = known.get(name) ?? taskSettings(byName.get(name), conf)
    known.set(name, settings)
    return settings
  }
}

/** As Celery: `--prefetch-multiplier=0` is ignored, the setting 0 means no limit. */
export function prefetchMultiplierOf(code: LoadedCode, options: WorkerOptions): number {
  const setting = code.conf['worker_prefetch_multiplier']
  return options.prefetchMultiplier || (typeof setting === 'number' ? setting : 4)
}

/** `worker_eta_task_limit`; null: none. */
export function etaTaskLimitOf({ conf }: LoadedCode): number | null {
  const limit = conf['worker_eta_task_limit']
  return typeof limit === 'number' ? limit : null
}

/** `--disable-prefetch`, or the app's setting: no more messages than there are processes. */
export function disablesPrefetch({ conf }: LoadedCode, options: WorkerOptions): boolean {
  return options.disablePrefetch ?? conf['worker_disable_prefetch'] === true
}

/** Throws ImproperlyConfigured for a name of -Q that is no queue and may not become one. */
export function consumedQueues({ queues }: Pick<Broker, 'queues'>, options: WorkerOptions): readonly Queue[] {
  return queues.consumed(options.queues, options.excludeQueues ?? [])
}

export function sendsTaskEvents(code: LoadedCode, options: WorkerOptions): boolean {
  return options.taskEvents ?? code.conf['worker_send_task_events'] === true
}

/** The command line's limits stand for the settings. */
function withLimits(conf: LoadedCode['conf'], options: WorkerOptions): LoadedCode['conf'] {
  return {
    ...conf,
    ...(options.timeLimitSeconds === null ? {} : { task_time_limit: options.timeLimitSeconds }),
    ...(options.softTimeLimitSeconds === null ? {} : { task_soft_time_limit: options.softTimeLimitSeconds }),
  }
}
