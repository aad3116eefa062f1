/**
 * What the result backend stores, in wire spelling, and the interface that stores it.
 * Celery: celery/backends/base.py, celery/backends/redis.py; PROTOCOL.md 6
 */
import type { WireValue } from '../serialization/wire-value.js'

export interface ResultMeta {
  readonly status: string
  readonly result: WireValue
  readonly traceback: string | null
  readonly children: readonly WireValue[]
  readonly date_done: string | null
  readonly group_id?: string
  readonly parent_id?: string
  readonly task_id: string
  /** result_extended: name, args, kwargs, worker, retries, queue; stamps. */
  readonly [extended: string]: WireValue | undefined
}

export interface ResultBackend {
  /** GET, then MULTI SETEX PUBLISH EXEC; a stored SUCCESS is never overwritten. */
  store(meta: ResultMeta): Promise<void>
  /** A missing record reads as PENDING. */
  get(taskId: string): Promise<ResultMeta>
  /** SUBSCRIBE, GET, then wait for a ready state; rejects with Celery's TimeoutError. */
  waitFor(
    taskId: string,
    options: { readonly timeoutSeconds: number | null; readonly signal?: AbortSignal },
  ): Promise<ResultMeta>
  forget(taskId: string): Promise<void>
  close(): Promise<void>
}
