/**
 * When a pool process makes room for a fresh one: after so many tasks, or with more memory than it may have. The command
 * line's numbers stand for the settings'. Celery: billiard/pool.py (Worker.workloop)
 */
import { poolKindOf, type PoolKind } from './pool-kind.js'

type Conf = Readonly<Record<string, unknown>>

export interface RecyclingOptions {
  readonly pool?: PoolKind | null
  readonly maxTasksPerChild?: number | null
  /** KiB */
  readonly maxMemoryPerChild?: number | null
}

export interface RecyclingLimits {
  readonly tasks: number | null
  readonly memoryKiB: number | null
}

export function recyclingLimits(given: RecyclingOptions, conf: Conf): RecyclingLimits {
  if (poolKindOf(given.pool, conf) !== 'prefork') return { tasks: null, memoryKiB: null }
  return {
    tasks: given.maxTasksPerChild ?? numberIn(conf, 'worker_max_tasks_per_child'),
    memoryKiB: given.maxMemoryPerChild ?? numberIn(conf, 'worker_max_memory_per_child'),
  }
}

/** null: it may go on. */
export function overMemoryWords(limits: RecyclingLimits, usedKiB: number): string | null {
  const { memoryKiB } = limits
  if (!memoryKiB || usedKiB <= memoryKiB) return null
  return `\nchild process exiting after exceeding memory limit (${usedKiB}KiB / ${memoryKiB}KiB)\n`
}

function numberIn(conf: Conf, setting: string): number | null {
  const value = conf[setting]
  return typeof value === 'number' && value > 0 ? value : null
}
