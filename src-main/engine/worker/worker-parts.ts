/**
 * What a worker is made of: its options (the command line's), what it connects to, what it needs of the world, and how
 * its start may end. Celery: celery/bin/worker.py (the options), celery/worker/worker.py (setup_defaults)
 */
import type { MainCode } from './main-code.js'
import type { Queues } from '../message/queues.js'
import type { LoadedCode, RefusedCode } from '../pool/pool-messages.js'
import type { PoolKind } from '../pool/pool-kind.js'
import type { PoolFact } from '../pool/prefork.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ProcessLauncher } from '../ports/process-launcher.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'

export interface WorkerOptions {
  readonly nodename: string
  readonly concurrency: number
  /** Nobody asked for that number: the app's `worker_concurrency` goes before it. */
  readonly concurrencyIsDefault?: boolean
  /** -Q; null: all that the app knows. */
  readonly queues: readonly string[] | null
  /** -X */
  readonly excludeQueues?: readonly string[]
  /** null: the app's `worker_send_task_events`. */
  readonly taskEvents: boolean | null
  readonly prefetchMultiplier: number | null
  /** Absent: the app's `worker_disable_prefetch`. */
  readonly disablePrefetch?: boolean | null
  /** `-P`; absent: the app's `worker_pool`. */
  readonly pool?: PoolKind | null
  readonly maxTasksPerChild: number | null
  /** KiB; absent: the app's `worker_max_memory_per_child`. */
  readonly maxMemoryPerChild?: number | null
  readonly timeLimitSeconds: number | null
  readonly softTimeLimitSeconds: number | null
  readonly mingle: boolean
  readonly gossip: boolean
  readonly heartbeat: boolean
  /** Absent: two. */
  readonly heartbeatIntervalSeconds?: number | null
  /** Everything that waits in the worker's queues is deleted before it takes the first message. */
  readonly purge?: boolean
  /** `--autoscale`: the concurrency is its lower limit then. */
  readonly autoscale?: { readonly max: number; readonly min: number } | null
  /** `--statedb`; absent: the app's `worker_state_db`. */
  readonly statedb?: string | null
}

/** What a worker connects to once it knows the app's settings. */
export interface Broker {
  readonly channel: Channel
  readonly backend: ResultBackend
  readonly transportUrl: string
  readonly resultsUrl: string
  readonly acceptContent: ReadonlySet<string>
  /** What the app knows; control adds to them. */
  readonly queues: Queues
  /** Sends a signature as a task of its own: what an elected worker does. */
  readonly callTask: (signature: WireObject) => Promise<unknown>
}

/** Beat in the same process (`-B`): begins with the worker, ends when it takes no more messages. */
export interface EmbeddedBeat {
  start(): void
  stop(): Promise<void>
}

export interface WorkerParts<Setup> {
  readonly options: WorkerOptions
  readonly launcher: ProcessLauncher
  readonly poolSetup: Setup
  readonly connect: (conf: Readonly<Record<string, unknown>>) => Broker
  readonly beat?: (code: LoadedCode, main: MainCode | null) => EmbeddedBeat
  /** Starts the code's part in this process; absent: the code has none here. */
  readonly mainCode?: (code: LoadedCode) => Promise<MainCode>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** stdout, for the banner. */
  readonly print: (text: string) => void
  readonly tell: (fact: PoolFact) => void
  readonly pid: number
  /** Where relative paths begin (`--workdir`); absent: where the process is. */
  readonly folder?: string
  /** `-A`, as `inspect conf` names it. */
  readonly appModule: string
}

export type WorkerStart =
  | { readonly kind: 'ready'; readonly tasks: readonly string[]; readonly fingerprint: string }
  | { readonly kind: 'refused'; readonly refused: RefusedCode }
  | { readonly kind: 'failed'; readonly message: string }
  /** It was told to stop before it was ready. */
  | { readonly kind: 'stopped' }
