/**
 * What a worker reads off the code its pool has loaded: the tasks' names, the settings with the command line's on top,
 * how each task is to be treated. Celery: celery/worker/worker.py (setup_defaults, either), celery/app/base.py
 */
import type { Queue } from '../message/queue.js'
import { textOrNull } from '../message/shapes.js'
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

/** `worker_direct`: a queue of this worker alone, which is consumed whatever -Q says. Celery: celery/utils/nodenames.py */
export function withDirectQueue(
  { conf }: LoadedCode,
  { queues }: Pick<Broker, 'queues'>,
  options: WorkerOptions,
): WorkerOptions {
  if (conf['worker_direct'] !== true) return options
  const { nodename } = options
  const name = `${nodename}.dq2`
  queues.add({ name, exchange: { name: 'C.dq2', type: 'direct' }, routing_key: nodename })
  return options.queues?.length ? { ...options, queues: [...options.queues, name] } : options
}

/** `worker_cancel_long_running_tasks_on_connection_loss` */
export function cancelsOnConnectionLoss({ conf }: LoadedCode): boolean {
  return conf['worker_cancel_long_running_tasks_on_connection_loss'] === true
}

/** `worker_enable_prefetch_count_reduction` */
export function reducesPrefetchAfterLoss({ conf }: LoadedCode): boolean {
  return conf['worker_enable_prefetch_count_reduction'] !== false
}

/** Where events go, in which form, and the name before queues of those who listen: `event_exchange`, `event_serializer`, `event_queue_prefix`. */
export function eventNames({ conf }: LoadedCode): {
  readonly exchange: string
  readonly serializer: string
  readonly queuePrefix: string
} {
  return {
    exchange: textOrNull(conf['event_exchange']) ?? 'celeryev',
    serializer: textOrNull(conf['event_serializer']) ?? 'json',
    queuePrefix: textOrNull(conf['event_queue_prefix']) ?? 'celeryev',
  }
}

/** `control_exchange` */
export function controlNamespace({ conf }: LoadedCode): string {
  return textOrNull(conf['control_exchange']) ?? 'celery'
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
