/** What a worker's pool processes need to build their runner and their backend. Travels with their `start` message. */
import type { LogLevel } from '../../engine/ports/log.js'
import type { FrozenFile } from '../../python-host/frozen-code.js'
import type { LearnerEnvironment } from './learner-environment.js'

export interface PoolSetup {
  readonly environment: LearnerEnvironment
  /** As the worker found it at its start. */
  readonly code: readonly FrozenFile[]
  /** `-A`: the module to load. */
  readonly appModule: string
  readonly nodename: string
  readonly loglevel: LogLevel
}
