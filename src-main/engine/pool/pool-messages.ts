/** What crosses between a worker and one pool process (src-main/processes/pool-process.ts), over Node's IPC. */
import type { OwnCommand } from '../trace/own-command.js'
import type { CodeError, TaskInfo } from '../trace/task-runner.js'
import type { TraceJob, TraceReport } from '../trace/trace-job.js'

export type WorkerToPool<Setup> =
  /** First and once. `setup` is what the process entry needs to build its runner and its backend. */
  | { readonly kind: 'start'; readonly label: string; readonly setup: Setup }
  | { readonly kind: 'job'; readonly jobId: number; readonly job: TraceJob }
  | { readonly kind: 'soft-time-limit'; readonly jobId: number }
  /** Finish what runs, then exit 0. */
  | { readonly kind: 'stop' }

export type PoolToWorker =
  | ({ readonly kind: 'loaded' } & LoadedCode)
  | ({ readonly kind: 'refused' } & RefusedCode)
  /** The job begins to run now. */
  | { readonly kind: 'accepted'; readonly jobId: number }
  /** `leaves`: the process asks to be replaced. */
  | { readonly kind: 'report'; readonly jobId: number; readonly report: TraceReport; readonly leaves?: boolean }

export interface LoadedCode {
  readonly tasks: readonly TaskInfo[]
  readonly appName: string
  readonly conf: Readonly<Record<string, unknown>>
  readonly fingerprint: string
  /** Names of Celery's signals, beside those of running tasks, that the code listens to. */
  readonly signals?: readonly string[]
  /** Remote control commands of the code's own. */
  readonly controlCommands?: readonly OwnCommand[]
  /** The code sets up logging by itself. */
  readonly ownLogging?: boolean
}

export interface RefusedCode {
  readonly error: CodeError
  readonly fingerprint: string
}

/** Sent by our own code in the other process; anything else on the channel is not for us. */
export function isPoolToWorker(message: unknown): message is PoolToWorker {
  return typeof message === 'object' && message !== null && 'kind' in message && kinds.has(String(message.kind))
}

const kinds: ReadonlySet<string> = new Set<PoolToWorker['kind']>(['loaded', 'refused', 'accepted', 'report'])
