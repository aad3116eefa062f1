/**
 * The commands a worker answers over its mailbox, as a table: name → what it does. A command gets the worker only
 * through `ControlledWorker`; adding one means one line in a table of commands. Celery: celery/worker/control.py
 */
import type { WireObject, WireValue } from '../serialization/wire-value.js'

/** What control may see and do of a worker. */
export interface ControlledWorker {
  readonly nodename: string
  /** Lamport time. */
  readonly clock: number
  readonly taskNames: readonly string[]
  readonly active: readonly WireObject[]
  readonly reserved: readonly WireObject[]
  readonly scheduled: readonly WireObject[]
  /** Task id → unix seconds when it was flagged. */
  readonly revoked: ReadonlyMap<string, number>
  readonly taskEventsEnabled: boolean
  enableTaskEvents(enabled: boolean): void
  heartbeat(): void
  /** Ids another node knows as revoked. */
  mergeRevoked(revoked: Readonly<Record<string, WireValue>>): void
  /** Begins in its own time; the caller gets no reply. */
  shutDown(): void
}

export type ControlAnswer = { readonly kind: 'reply'; readonly payload: WireValue } | { readonly kind: 'silence' }

/** Throws to answer `{"error": repr}`. */
export type ControlCommand = (worker: ControlledWorker, args: WireObject) => ControlAnswer

export type Panel = ReadonlyMap<string, ControlCommand>

export function reply(payload: WireValue): ControlAnswer {
  return { kind: 'reply', payload }
}

export function ok(text: WireValue): ControlAnswer {
  return reply({ ok: text })
}

/** Unknown command: Python's KeyError, whose repr is the reply. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}
