/** What crosses between the lab and one beat process (src-main/processes/beat.ts), over Node's IPC. Logs go over stdout and stderr as text. */
import type { Problem } from '../../contract/problem.js'
import type { LearnerEnvironment } from './learner-environment.js'

export type LabToBeat =
  | {
      readonly kind: 'start'
      readonly environment: LearnerEnvironment
      /** `-A`: the module to load, `tasks`. */
      readonly appModule: string
      /** Where the last runs are kept; a name alone is in the working folder. */
      readonly schedule: string
      readonly loglevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
    }
  /** What is on its way is sent, the schedule is saved, the process ends. Also where there are no signals (Windows). */
  | { readonly kind: 'stop' }

export type BeatToLab =
  /** Python is up; from now on it is the learner's files that take their time. */
  | { readonly kind: 'importing' }
  /** The schedule is read, beat ticks. */
  | { readonly kind: 'ready'; readonly fingerprint: string }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fingerprint: string }
  /** At the start, for each entry. `schedule`: `freq: 5.00 seconds` or `crontab: 0 4 * * * (m/h/dM/MY/d)`. */
  | {
      readonly kind: 'planned'
      readonly entry: string
      readonly task: string
      readonly schedule: string
      readonly nextRunsMs: readonly number[]
    }
  /** `nextRunsMs`: the five runs after this one. */
  | { readonly kind: 'due'; readonly entry: string; readonly task: string; readonly nextRunsMs: readonly number[] }
  | { readonly kind: 'sent'; readonly entry: string; readonly task: string; readonly taskId: string }
  | { readonly kind: 'not-sent'; readonly entry: string; readonly task: string; readonly error: string }
  /** Until the next entry is due, or beat looks again. */
  | { readonly kind: 'sleeping'; readonly seconds: number }
