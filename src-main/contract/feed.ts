/**
 * One numbered, append-only log of facts: what the record writes, the stage draws, and checks read.
 * Nothing here is an opinion: each fact names the observation it came from. One union in one file, however long: whoever writes a check,
 * a sentence or a drawing looks all facts up here.
 */
import type { FaultOrder } from './fault-orders.js'
import type { Problem } from './problem.js'
import type {
  ApiSettings,
  DatabaseSettings,
  MailSettings,
  ProcessName,
  ProcessRole,
  TypedTerminalName,
} from './topology.js'

/** One entry of the log. `seq` rises by one; a gap means items were missed. */
export interface FeedItem {
  readonly seq: number
  /** Unix time in milliseconds at which it was observed. */
  readonly atMs: number
  readonly fact: Fact
}

export type Fact =
  WireFact | EventFact | ProcessFact | BeatFact | WebFact | WorldFact | DatabaseFact | CodeFact | LabFact

/** From Redis' own command stream (MONITOR). `by` is the process whose proxied connection sent it. */
export type WireFact =
  /** LPUSH of a task message. */
  | {
      readonly kind: 'message-published'
      readonly by: ProcessName
      readonly queue: string
      readonly priority: number
      readonly deliveryTag: string
      readonly taskId: string
      readonly taskName: string
      readonly argsrepr: string
      readonly kwargsrepr: string
      readonly retries: number
      readonly redelivered: boolean
      readonly eta: string | null
      /** When its caller said that it is not worth running any more, as an ISO date; null when it is always. */
      readonly expires?: string | null
      readonly bytes: number
      /** The task that sent it, and the group it is a part of; null or absent when there is none. */
      readonly parentId?: string | null
      readonly groupId?: string | null
    }
  /** HSET unacked: a worker took it. */
  | {
      readonly kind: 'message-reserved'
      readonly by: ProcessName
      readonly queue: string
      readonly deliveryTag: string
      readonly taskId: string
      readonly taskName: string
    }
  /** HDEL unacked without a push: the broker has forgotten it. */
  | { readonly kind: 'message-acked'; readonly by: ProcessName; readonly deliveryTag: string; readonly taskId: string }
  /** HDEL unacked together with a push back to the queue. */
  | {
      readonly kind: 'message-restored'
      readonly by: ProcessName
      readonly queue: string
      readonly deliveryTag: string
      readonly taskId: string
      readonly side: 'head' | 'tail'
    }
  /** SETEX celery-task-meta-*. `resultText` is the JSON of the document's `result`, cut at 2,000 characters. */
  | {
      readonly kind: 'result-stored'
      readonly by: ProcessName
      readonly taskId: string
      readonly state: string
      readonly resultText: string
      readonly ttlSeconds: number | null
    }
  /** GET celery-task-meta-* by anybody but a worker: somebody wanted to know the state. Told at most five times a second for one id. */
  | { readonly kind: 'result-asked'; readonly by: ProcessName; readonly taskId: string }
  /**
   * Result records that are gone: their time to live was over (told by Redis' keyspace notification), somebody deleted them
   * (`forget()`), the database was emptied, or Redis came back without them. `by` is null when nobody asked for it.
   */
  | {
      readonly kind: 'result-removed'
      readonly why: 'expired' | 'forgotten' | 'flushed' | 'not-kept'
      readonly by: ProcessName | null
      readonly taskIds: readonly string[]
    }
  /** How many result records there are, and the length of their documents. Told after changes, a few times a second at most. */
  | { readonly kind: 'result-count'; readonly records: number; readonly bytes: number }
  /** BRPOP, when it names other queues than this worker's last one: who listens where. */
  | { readonly kind: 'queues-consumed'; readonly by: ProcessName; readonly queues: readonly string[] }
  /** PING from the console: Redis ran it, and so answered PONG. */
  | { readonly kind: 'broker-pinged'; readonly by: ProcessName }
  /** LLEN and HLEN, polled after changes: the truth that the stage reconciles with. */
  | { readonly kind: 'queue-lengths'; readonly queues: Readonly<Record<string, number>>; readonly unacked: number }

/** From Celery events on the broker. `fields` is the event body without the common fields. */
export type EventFact =
  | {
      readonly kind: 'task-event'
      readonly type: TaskEventType
      readonly taskId: string
      readonly hostname: string
      readonly pid: number
      readonly clock: number
      readonly fields: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'worker-event'
      readonly type: 'worker-online' | 'worker-heartbeat' | 'worker-offline'
      readonly hostname: string
      readonly pid: number
      readonly clock: number
      readonly fields: Readonly<Record<string, unknown>>
    }

export type TaskEventType =
  | 'task-sent'
  | 'task-received'
  | 'task-started'
  | 'task-succeeded'
  | 'task-failed'
  | 'task-rejected'
  | 'task-revoked'
  | 'task-retried'

/** From the process table, as the lab and the workers' pools see it. */
export type ProcessFact =
  | {
      readonly kind: 'process-started'
      readonly process: ProcessName
      readonly role: ProcessRole
      readonly pid: number
      /** The worker a pool process belongs to. */
      readonly worker?: ProcessName
      /** `ForkPoolWorker-1` for a pool process. */
      readonly label?: string
    }
  /** Ready to work: the worker consumes, the pool process has loaded its tasks, the web app answers. */
  | { readonly kind: 'process-ready'; readonly process: ProcessName; readonly role: ProcessRole; readonly pid: number }
  | {
      readonly kind: 'process-exited'
      readonly process: ProcessName
      readonly role: ProcessRole
      readonly pid: number
      readonly worker?: ProcessName
      readonly code: number | null
      readonly signal: string | null
      /** True when the learner or the lab asked for a stop. */
      readonly expected: boolean
    }
  /** A pool process began or ended one task: which slot a tile is in. */
  | {
      readonly kind: 'slot'
      readonly worker: ProcessName
      readonly pid: number
      readonly taskId: string | null
    }
  /** One line of a process's log. Lines over 4,000 characters are cut, and floods are counted, not kept. */
  | {
      readonly kind: 'log-line'
      readonly process: ProcessName
      readonly stream: 'stdout' | 'stderr'
      readonly level: LogLevel | null
      readonly text: string
    }
  | { readonly kind: 'memory'; readonly process: ProcessName; readonly pid: number; readonly rssBytes: number }

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'

/** From a beat process, each about one entry of its schedule. */
export type BeatFact =
  /** It has read its schedule. `schedule` as beat's log shows it: `freq: 5.00 seconds`, `crontab: 0 4 * * * (m/h/dM/MY/d)`. */
  | {
      readonly kind: 'beat-planned'
      readonly process: ProcessName
      readonly entry: string
      readonly task: string
      readonly schedule: string
      readonly nextRunsMs: readonly number[]
    }
  /** The entry's time has come. `nextRunsMs`: the five runs after this one. */
  | {
      readonly kind: 'beat-due'
      readonly process: ProcessName
      readonly entry: string
      readonly task: string
      readonly nextRunsMs: readonly number[]
    }
  /** The broker has taken its message. */
  | {
      readonly kind: 'beat-sent'
      readonly process: ProcessName
      readonly entry: string
      readonly task: string
      readonly taskId: string
    }
  /** It could not be sent; beat does not try this run again. */
  | {
      readonly kind: 'beat-not-sent'
      readonly process: ProcessName
      readonly entry: string
      readonly task: string
      readonly error: string
    }

/** From the web process. */
export type WebFact =
  | { readonly kind: 'http-request'; readonly requestId: string; readonly method: string; readonly path: string }
  | {
      readonly kind: 'http-response'
      readonly requestId: string
      readonly method: string
      readonly path: string
      readonly status: number
      /** From the client's first byte sent to the last byte read: waiting for the single thread included. */
      readonly durationMs: number
      readonly webPid: number
      /** What a visitor reads on the page, tags taken out, cut at 300 characters. Absent when the body is no text. */
      readonly text?: string
    }

/** From the world process: the ledger of side effects. */
export type WorldFact =
  | {
      readonly kind: 'ledger-row'
      readonly effect: 'mail' | 'api' | 'file'
      /** What the effect is about; two rows with one key are a double. A mail's key is its X-Order-Id or Message-ID. */
      readonly key: string
      readonly summary: string
      readonly to: string | null
      /** From the headers X-Task-Id, X-Process-Id and X-Attempt that the host's Python adds by itself. */
      readonly taskId: string | null
      readonly pid: number | null
      readonly attempt: number | null
      /** What an API call was answered with; absent when it was not answered, and for other effects. */
      readonly status?: number
      /** True when the caller went away before the effect was done: it did not happen. */
      readonly refused: boolean
    }
  | {
      readonly kind: 'world-changed'
      readonly mail: MailSettings
      readonly api: ApiSettings
      readonly db?: DatabaseSettings
    }

/** Whose statement it was, as far as the connection told: the same as in a ledger row. */
interface DatabaseClient {
  readonly taskId: string | null
  readonly pid: number | null
  readonly attempt: number | null
}

/** From the world process: the ticket office's database. `transaction` is `t7`; null for a statement that was its own transaction. */
export type DatabaseFact =
  /** `rolled-back` also when the client vanished. Rows are seen by others from `committed` on. */
  | ({
      readonly kind: 'db-transaction'
      readonly phase: 'began' | 'committing' | 'committed' | 'rolled-back'
      readonly transaction: string
    } & DatabaseClient)
  /** A row was written: within its transaction first, for everybody at once when that is null. */
  | ({
      readonly kind: 'db-row'
      readonly change: 'insert' | 'update' | 'delete'
      readonly table: string
      readonly id: string
      /** The row as it is now (before its end, for a delete). Texts are cut at 200 characters; lists and objects are their JSON. */
      readonly row: Readonly<Record<string, string | number | boolean | null>>
      readonly transaction: string | null
    } & DatabaseClient)
  /** One row was asked for by its id. */
  | ({
      readonly kind: 'db-read'
      readonly table: string
      readonly id: string
      readonly found: boolean
      readonly transaction: string | null
    } & DatabaseClient)
  /** A statement was refused: the id is taken, or another transaction kept the row too long. */
  | ({
      readonly kind: 'db-refused'
      readonly why: 'duplicate' | 'locked'
      readonly table: string
      readonly id: string
      readonly transaction: string | null
    } & DatabaseClient)
  /** Every table was emptied: a step's start state. */
  | { readonly kind: 'db-cleared' }

/** About the learner's code. `fingerprint` is the SHA-256 of all loaded files, first 12 hex digits. */
export type CodeFact =
  | { readonly kind: 'file-saved'; readonly file: string; readonly fingerprint: string }
  | {
      readonly kind: 'code-loaded'
      readonly process: ProcessName
      readonly pid: number
      readonly fingerprint: string
      readonly tasks: readonly string[]
    }
  | {
      readonly kind: 'code-refused'
      readonly process: ProcessName
      readonly fingerprint: string
      readonly problem: Problem
    }

/** What the lab itself did. */
export type LabFact =
  | {
      readonly kind: 'fault'
      readonly order: FaultOrder
      readonly phase: 'started' | 'ended' | 'failed'
      readonly problem?: Problem
    }
  /** A step's start state was built: checks read facts after this one only. */
  | { readonly kind: 'stage-reset'; readonly lesson: string; readonly step: string }
  /** The learner entered a line in a terminal, or a step's action did; cut at 1,000 characters. */
  | { readonly kind: 'typed'; readonly terminal: TypedTerminalName; readonly line: string }
  /** The learner answered a quiz, sorted cards or made a prediction. */
  | { readonly kind: 'answer'; readonly question: string; readonly choice: readonly string[] }
  /**
   * The learner opened something in the window, or pointed at a part of it; `show-me`: the solution did, and the window follows.
   * `id`: a delivery tag, a worker's name, a pid, a queue's name, a task id; for the pause of the picture `on` or `off`.
   */
  | {
      readonly kind: 'looked-at'
      readonly what: LookedAtWhat
      readonly id: string
      /** Of a message: the path of the piece, `headers.task`. */
      readonly part?: string
      readonly by: 'learner' | 'show-me'
    }
  /** The learner marked a run in the table of a crontab; `correct` as the schedule itself says. */
  | {
      readonly kind: 'run-marked'
      readonly as: 'twice' | 'left-out'
      readonly crontab: string
      readonly zone: string
      readonly clock: string
      readonly correct: boolean
    }
  /** The learner's lab was written as a project for real Celery. */
  | { readonly kind: 'project-exported'; readonly folder: string; readonly files: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: Problem }

export type LookedAtWhat = 'message' | 'worker' | 'pool-process' | 'queue' | 'result' | 'pause'

export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>
