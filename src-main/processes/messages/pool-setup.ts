/** What a worker's pool processes need to build their runner and their backend. Travels with their `start` message. */
import type { LogLevel } from '../../engine/ports/log-record.js'
import type { LearnerEnvironment } from './learner-environment.js'

/** One of the learner's files as it travels over IPC, which is JSON. */
export interface FrozenFile {
  readonly name: string
  readonly base64: string
}

export interface PoolSetup {
  readonly environment: LearnerEnvironment
  /** As the worker found it at its start. */
  readonly code: readonly FrozenFile[]
  /** `-A`: the module to load. */
  readonly appModule: string
  /** `-I` */
  readonly include?: readonly string[]
  /** Where the log goes, absolute; `%i` in it is the number of the process. Absent: stderr. */
  readonly logfile?: string | null
  readonly nodename: string
  readonly loglevel: LogLevel
  /** The worker's stderr is a terminal: levels have colours. */
  readonly terminal?: boolean
  /** `-P` and `--max-memory-per-child`; null: the app's settings. */
  readonly pool?: string | null
  readonly maxMemoryPerChild?: number | null
}
