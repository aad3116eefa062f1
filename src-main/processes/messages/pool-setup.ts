/** What a worker's pool processes need to build their runner and their backend. Travels with their `start` message. */
import type { LogLevel } from '../../engine/ports/log.js'
import type { LearnerEnvironment } from './learner-environment.js'

export interface PoolSetup {
  readonly environment: LearnerEnvironment
  /** `-A`: the module to load. */
  readonly appModule: string
  readonly nodename: string
  readonly loglevel: LogLevel
}
