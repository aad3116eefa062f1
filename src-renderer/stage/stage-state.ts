/**
 * What the stage knows: one tile per delivery, where each is, and the workers, results, requests and effects around them.
 * `stage-projection.ts` makes it from the feed and from nothing else; `Stage.svelte` draws it.
 */
import type { FactOf } from '../../src-main/contract/feed.js'
import type { ApiSettings, MailSettings, ProcessName, TypedTerminalName } from '../../src-main/contract/topology.js'

/**
 * One delivery of a message. The broker's copy and the worker's copy are two things, so they have two places:
 * an early ack is a tile whose broker place is `gone` while its worker place says it still runs.
 */
export interface StageTile {
  readonly tag: string
  readonly taskId: string
  readonly taskName: string
  readonly argsrepr: string
  readonly kwargsrepr: string
  readonly queue: string
  readonly priority: number
  readonly eta: string | null
  readonly bytes: number
  /** 1 for the first try; a retry is a new message with a higher number. */
  readonly attempt: number
  readonly redelivered: boolean
  readonly publishedBy: ProcessName
  readonly publishedAtMs: number
  readonly broker: BrokerPlace
  readonly worker: WorkerPlace | null
  /** Where the ack fell, once it did. */
  readonly ack: AckMoment | null
  /** The process that held it vanished and nothing was heard since. */
  readonly lost: LostNote | null
  /** SUCCESS, FAILURE …: as the result record or the event said. */
  readonly outcome: string | null
}

export type BrokerPlace =
  | { readonly at: 'queue'; readonly sinceMs: number }
  /** `by` took it; `orphaned` once `by` is no longer alive. */
  | { readonly at: 'unacked'; readonly by: ProcessName; readonly sinceMs: number; readonly orphaned: boolean }
  | { readonly at: 'gone'; readonly sinceMs: number }

export type WorkerPlace =
  | { readonly at: 'held'; readonly worker: ProcessName; readonly sinceMs: number }
  | { readonly at: 'slot'; readonly worker: ProcessName; readonly pid: number; readonly sinceMs: number }
  /** Left its slot; what came of it is not known yet. */
  | { readonly at: 'left'; readonly worker: ProcessName; readonly pid: number; readonly sinceMs: number }

export interface AckMoment {
  readonly atMs: number
  readonly afterReserveMs: number
  /** Early: before a child was done with it. */
  readonly when: 'before-run' | 'during-run' | 'after-run'
}

export interface LostNote {
  readonly worker: ProcessName
  readonly pid: number
  readonly signal: string | null
  readonly atMs: number
}

export interface StageChild {
  readonly pid: number
  readonly label: string
  readonly ready: boolean
  readonly taskId: string | null
  readonly busySinceMs: number | null
  readonly rssBytes: number | null
  /** Kept for a while after its end, so that the end can be seen. */
  readonly ended: { readonly signal: string | null; readonly code: number | null; readonly atMs: number } | null
}

export interface StageWorker {
  readonly name: ProcessName
  readonly pid: number
  readonly state: 'starting' | 'ready' | 'ended'
  readonly ended: {
    readonly signal: string | null
    readonly code: number | null
    readonly atMs: number
    readonly expected: boolean
  } | null
  readonly heartbeatAtMs: number | null
  readonly rssBytes: number | null
  /** Those its BRPOP names; empty before its first one. */
  readonly queues: readonly string[]
  readonly children: readonly StageChild[]
}

/** How a result record went away; the words are those of the fact `result-removed`. */
export interface StageRemoval {
  readonly why: FactOf<'result-removed'>['why']
  readonly atMs: number
}

/** One entry of a beat's schedule. */
export interface StageEntry {
  readonly entry: string
  readonly task: string
  /** As beat says it: `freq: 5.00 seconds`. */
  readonly schedule: string
  readonly nextRunsMs: readonly number[]
  readonly sent: number
  /** Of the last message that could not be sent. */
  readonly error: string | null
}

export interface StageBeat {
  readonly name: ProcessName
  readonly pid: number
  readonly state: 'starting' | 'ready' | 'ended'
  readonly ended: StageWorker['ended']
  readonly entries: readonly StageEntry[]
  /** How often an entry was due: each is one tick of the picture. */
  readonly ticks: number
}

/** A terminal that the learner types into, since the step began. */
export interface StageTyped {
  readonly lastLine: string
  readonly sent: number
  readonly lastTask: string | null
}

export interface StageResult {
  readonly taskId: string
  readonly taskName: string
  readonly state: string
  readonly resultText: string
  readonly ttlSeconds: number | null
  readonly by: ProcessName
  readonly atMs: number
  /** Null while Redis has it. */
  readonly removed: StageRemoval | null
}

export interface StageRequest {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly sentAtMs: number
  readonly status: number | null
  readonly durationMs: number | null
}

export interface StageLane {
  readonly queue: string
  /** What Redis last said. */
  readonly length: number
  /** In Redis, but never seen being published: from before the feed began. */
  readonly unseen: number
  /** Times in a row that Redis said fewer than there are tiles. */
  readonly strikes: number
}

export interface StageState {
  readonly lastSeq: number
  readonly atMs: number
  readonly tiles: ReadonlyMap<string, StageTile>
  /** Tiles whose story ended, latest last: still selectable. */
  readonly departed: readonly StageTile[]
  readonly lanes: ReadonlyMap<string, StageLane>
  readonly unacked: { readonly length: number; readonly strikes: number }
  /** Redis was started again, and has not said yet what it still holds. */
  readonly brokerIsBack: boolean
  /** The latest acks, for the line under the unacked box. */
  readonly acks: { readonly count: number; readonly last: { readonly taskId: string; readonly ack: AckMoment } | null }
  readonly workers: ReadonlyMap<ProcessName, StageWorker>
  readonly web: { readonly pid: number; readonly ready: boolean } | null
  readonly beats: ReadonlyMap<ProcessName, StageBeat>
  readonly typed: ReadonlyMap<TypedTerminalName, StageTyped>
  readonly results: readonly StageResult[]
  /** In the result store now, also those that are not drawn. */
  readonly resultCount: { readonly records: number; readonly bytes: number }
  readonly requests: readonly StageRequest[]
  readonly ledger: {
    readonly mails: number
    readonly doubles: number
    readonly refused: number
    readonly calls: number
    readonly files: number
    readonly keys: ReadonlyMap<string, number>
  }
  readonly mail: MailSettings
  readonly api: ApiSettings
  readonly totals: { readonly succeeded: number; readonly failed: number; readonly retried: number }
}

export const EMPTY_STAGE: StageState = {
  lastSeq: 0,
  atMs: 0,
  tiles: new Map(),
  departed: [],
  lanes: new Map(),
  unacked: { length: 0, strikes: 0 },
  brokerIsBack: false,
  acks: { count: 0, last: null },
  workers: new Map(),
  web: null,
  beats: new Map(),
  typed: new Map(),
  results: [],
  resultCount: { records: 0, bytes: 0 },
  requests: [],
  ledger: { mails: 0, doubles: 0, refused: 0, calls: 0, files: 0, keys: new Map() },
  mail: { running: true, delayMs: 0 },
  api: { running: true, latencyMs: 0, failureRate: 0, limitPerSecond: 0 },
  totals: { succeeded: 0, failed: 0, retried: 0 },
}
