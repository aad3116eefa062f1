/** What crosses between the lab and one worker process (src-main/processes/worker.ts), over Node's IPC. Logs go over stdout and stderr as text. */
import type { Problem } from '../../contract/problem.js'
import type { LearnerEnvironment } from './learner-environment.js'

export type LabToWorker =
  | {
      readonly kind: 'start'
      readonly environment: LearnerEnvironment
      /** `celery@worker1` */
      readonly nodename: string
      readonly concurrency: number
      readonly queues: readonly string[]
      /** `-A`: the module to load, `tasks`. */
      readonly appModule: string
      readonly loglevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
      /** False as `--without-mingle`: it does not ask others at its start, which takes a second. */
      readonly mingle: boolean
    }
  | { readonly kind: 'stop'; readonly how: 'warm' | 'cold' }

export type WorkerToLab =
  /** Python is up; from now on it is the learner's files that take their time. */
  | { readonly kind: 'importing' }
  /** Consuming. */
  | { readonly kind: 'ready'; readonly tasks: readonly string[]; readonly fingerprint: string }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fingerprint: string }
  | {
      readonly kind: 'pool-process'
      readonly pid: number
      readonly label: string
      readonly state: 'starting' | 'ready'
    }
  | {
      readonly kind: 'pool-process-exited'
      readonly pid: number
      readonly label: string
      readonly code: number | null
      readonly signal: string | null
      readonly expected: boolean
    }
  | {
      readonly kind: 'code-loaded'
      readonly pid: number
      readonly fingerprint: string
      readonly tasks: readonly string[]
    }
  /** The pool process began (id) or ended (null) a task. */
  | { readonly kind: 'slot'; readonly pid: number; readonly taskId: string | null }
