/** What runs for the learner: the shape a lesson step asks for and the lab builds. */

/** `worker@1` in terminals and on the stage; the node name on the wire is `celery@worker1`. */
export type ProcessName = string

/** The name of a worker on the wire: `worker@1` is `celery@worker1`. */
export function nodenameOf(worker: ProcessName): string {
  return `celery@${worker.replace('@', '')}`
}

export type ProcessRole = 'redis' | 'worker' | 'pool-process' | 'web' | 'world' | 'beat' | 'shell'

/** The terminals that the learner types into: `>>> python` and `$ console`. Each is a process of that name. */
export type TypedTerminalName = (typeof TYPED_TERMINALS)[number]
export const TYPED_TERMINALS = ['python', 'console'] as const

export interface WorkerTopology {
  /** Its process name, `worker@1`. */
  readonly name: ProcessName
  readonly concurrency: number
  readonly queues?: readonly string[]
  /** False: known to the stage (its tile says "not running") but not started. */
  readonly running: boolean
}

/** Beat's process name, and that of the second one, which a fault starts. */
export const BEAT = 'beat'
export const SECOND_BEAT = 'beat@2'

export interface Topology {
  readonly workers: readonly WorkerTopology[]
  /** Left out: this step has no beat. `running: false`: the stage shows where it would be. */
  readonly beat?: { readonly running: boolean }
  readonly web: { readonly running: boolean }
  readonly mail: MailSettings
  readonly api: ApiSettings
  /** False: CELERY_RESULT_BACKEND is not set, so nothing is stored unless the code names a result backend itself. */
  readonly resultBackend?: boolean
  /** Left out: commits take no time. */
  readonly db?: DatabaseSettings
  /** Left out: Redis keeps everything in memory only. */
  readonly redis?: RedisSettings
}

/** Nothing stands on the stage yet: as most steps have it. */
export function storesResults(topology: Pick<Topology, 'resultBackend'> | null): boolean {
  return topology?.resultBackend ?? true
}

/** The broker, which is the result store as well. */
export interface RedisSettings {
  /** Every change also goes to a file on disk, which Redis reads when it starts. */
  readonly appendOnly: boolean
}

/** The mail server of the outside world. */
export interface MailSettings {
  readonly running: boolean
  /** Time the server takes to accept one message. */
  readonly delayMs: number
}

/** The third-party HTTP API of the outside world. */
export interface ApiSettings {
  readonly running: boolean
  readonly latencyMs: number
  /** 0..1, the share of requests answered with 503. */
  readonly failureRate: number
  /** Requests it takes within any second; more are answered with 429. 0: as many as come. */
  readonly limitPerSecond: number
}

/** The ticket office's own database. */
export interface DatabaseSettings {
  /** Time a commit takes: only at its end does anybody else see the rows. */
  readonly commitDelayMs: number
}

/** Everything of the outside world that can be set. */
export interface WorldSettings {
  readonly mail: MailSettings
  readonly api: ApiSettings
  readonly db: DatabaseSettings
}

export type WorldChange = { readonly [K in keyof WorldSettings]?: Partial<WorldSettings[K]> }

export const QUICK_DATABASE: DatabaseSettings = { commitDelayMs: 0 }
