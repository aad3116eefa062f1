/** What an app is made with: its settings, and what it needs of the world. Celery: celery/app/base.py (Celery.__init__) */
import type { BeatSettings } from '../beat/beat-settings.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ConnectRedis } from '../transport/redis/connect.js'
import type { Settings } from './settings.js'
import type { WorkerSettings } from './worker-settings.js'

/** `broker` and `backend` are short for `broker_url` and `result_backend`; all other names are Celery's settings. */
export interface CeleryOptions extends Partial<Settings>, WorkerSettings, BeatSettings {
  readonly broker?: string
  readonly backend?: string
}

export interface CeleryPorts {
  readonly clock?: Clock
  readonly ids?: Ids
  readonly log?: Pick<Log, 'error' | 'warning'>
  readonly connect?: ConnectRedis
  /** `gen1234@host` */
  readonly origin?: string
}
