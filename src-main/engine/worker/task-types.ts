/**
 * The types of task a worker runs, each with its settings: what the code says, and what control has changed since.
 * Celery: celery/app/registry.py and the tasks' attributes, celery/worker/control.py (rate_limit, time_limit)
 */
import { ratePerSecond } from '../control/rate.js'
import type { LoadedCode } from '../pool/pool-messages.js'
import type { WireValue } from '../serialization/wire-value.js'
import { settingsByTask, taskNames } from './code-facts.js'
import type { TaskSettings } from './request/task-settings.js'
import type { WorkerOptions } from './worker-parts.js'

export class TaskTypes {
  readonly names: readonly string[]
  private readonly known: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  private readonly settings: (taskName: string) => TaskSettings
  private readonly defaultRateLimit: WireValue
  private readonly changed = new Map<string, Readonly<Record<string, WireValue>>>()

  constructor(code: LoadedCode, options: WorkerOptions) {
    this.names = taskNames(code)
    this.known = new Map(code.tasks.map((task) => [task.name, task.options]))
    this.settings = settingsByTask(code, options)
    this.defaultRateLimit = (code.conf['task_default_rate_limit'] ?? null) as WireValue // came as JSON
  }

  has(name: string): boolean {
    return this.known.has(name)
  }

  settingsOf(name: string): TaskSettings {
    const settings = this.settings(name)
    const changed = this.changed.get(name)
    if (changed?.time_limit === undefined) return settings
    return {
      ...settings,
      timeLimitSeconds: changed.time_limit as number | null, // written by setTimeLimits
      softTimeLimitSeconds: changed.soft_time_limit as number | null,
    }
  }

  /** null: it has none of that name. */
  attribute(name: string, attribute: string): WireValue {
    if (attribute === 'name') return this.known.has(name) ? name : null
    const changed = this.changed.get(name)?.[attribute]
    if (changed !== undefined) return changed
    const own = this.known.get(name)?.[attribute] as WireValue | undefined // came as JSON
    if (own !== undefined) return own
    return attribute === 'rate_limit' ? this.defaultRateLimit : null
  }

  /** Starts a second; 0: as many as there are. A limit in the code that is none counts as no limit. */
  rateOf(name: string): number {
    try {
      return ratePerSecond(this.attribute(name, 'rate_limit'))
    } catch {
      return 0
    }
  }

  setRateLimit(name: string, limit: WireValue): void {
    this.change(name, { rate_limit: limit })
  }

  setTimeLimits(name: string, limits: { readonly soft: number | null; readonly hard: number | null }): void {
    this.change(name, { soft_time_limit: limits.soft, time_limit: limits.hard })
  }

  private change(name: string, values: Readonly<Record<string, WireValue>>): void {
    this.changed.set(name, { ...this.changed.get(name), ...values })
  }
}
