/**
 * What the result backend stores, in wire spelling, and the interface that stores it.
 * Celery: celery/backends/base.py, celery/backends/redis.py; PROTOCOL.md 6
 */
import type { WireValue } from '../serialization/wire-value.js'

export interface ResultMeta {
  readonly status: string
  readonly result: WireValue
  readonly traceback: string | null
  /** null: nobody knew the task when this was stored. */
  readonly children: readonly WireValue[] | null
  readonly date_done: string | null
  readonly group_id?: string
  readonly parent_id?: string
  readonly task_id: string
  /** result_extended: name, args, kwargs, worker, retries, queue; stamps. */
  readonly [extended: string]: WireValue | undefined
}

export interface WaitOptions {
  /** null: for ever. */
  readonly timeoutSeconds: number | null
  readonly signal?: AbortSignal
  /** Told of the document as it is, and of each one that is stored while it is waited for, the result's own among them. */
  readonly onMessage?: (meta: ResultMeta) => void
}

export interface ResultBackend {
  /** GET, then MULTI SETEX PUBLISH EXEC; a stored SUCCESS is never overwritten. */
  store(meta: ResultMeta): Promise<void>
  /** A missing record reads as PENDING. */
  get(taskId: string): Promise<ResultMeta>
  /** SUBSCRIBE, GET, then wait for a ready state; rejects with Celery's TimeoutError. */
  waitFor(taskId: string, options: WaitOptions): Promise<ResultMeta>
  forget(taskId: string): Promise<void>
  /** Settles when the store can be reached, after as many tries as its retry policy allows; rejects with OperationalError. */
  reach(): Promise<void>
  /** null: this backend cannot hold a chord. */
  readonly chords: ChordHeader | null
  close(): Promise<void>
}

/** What a backend keeps of a chord while the tasks of its header run. */
export interface ChordHeader {
  /** Before the last task of the header is sent: it could end first. */
  setSize(groupId: string, size: number): Promise<void>
  add(groupId: string, part: ChordPart): Promise<ChordProgress>
  /** Makes the header one task larger while it runs (`add_to_chord`). */
  enlarge(groupId: string): Promise<void>
  /** Keeps a group's result, `[[id, parent], [...]]`, under its id. */
  saveGroup(groupId: string, result: WireValue): Promise<void>
  /** What was saved: by a caller, or of a header that is more than a flat list; null when there is none. */
  saved(groupId: string): Promise<WireValue>
  deleteGroup(groupId: string): Promise<void>
  /** What was added, in the group's order. */
  collect(groupId: string): Promise<readonly ChordPart[]>
  clear(groupId: string): Promise<void>
}

export interface ChordPart {
  readonly taskId: string
  readonly state: string
  readonly result: WireValue
  /** Its place in the group. */
  readonly index: number | null
}

export interface ChordProgress {
  readonly complete: boolean
}
