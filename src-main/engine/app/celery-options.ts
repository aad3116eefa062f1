/** What an app is made with: its settings, and what it needs of the world. Celery: celery/app/base.py (Celery.__init__) */
import type { BeatSettings } from '../beat/beat-settings.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ConnectRedis } from '../transport/redis/connect.js'
import { systemClock, systemIds } from '../ports/system.js'
import type { CodeSignals } from './code-signals.js'
import type { BrokerPorts } from './open-broker.js'
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
  /** Default: those of the process. */
  readonly signals?: CodeSignals
  /** `gen1234@host` */
  readonly origin?: string
}

/** This process' own where none is given. */
export function brokerPorts({ clock, ids, log, connect }: CeleryPorts): BrokerPorts {
  return {
    clock: clock ?? systemClock,
    ids: ids ?? systemIds,
    log: log ?? { error: (text) => console.error(text), warning: (text) => console.warn(text) },
    ...(connect ? { connect } : {}),
  }
}
