/**
 * Notices inside one process, by Celery's names: the engine sends, whoever wants connects. Never to be mixed up with
 * events, which go over the broker. One `Signals` belongs to one worker or one pool process. Celery: celery/signals.py
 */
import type { WireObject } from '../serialization/wire-value.js'
import { withTraceback, type Log } from '../ports/log.js'

export interface TaskSender {
  readonly taskId: string
  readonly taskName: string
}

/** The request as `inspect active` shows it. */
export interface RequestInfo {
  readonly info: () => WireObject
}

export interface SignalPayloads {
  worker_init: { readonly hostname: string }
  worker_ready: { readonly hostname: string; readonly tasks: readonly string[] }
  worker_shutting_down: { readonly how: 'warm' | 'cold'; readonly exitCode: number }
  worker_shutdown: { readonly exitCode: number }
  heartbeat_sent: Readonly<Record<never, never>>
  beat_init: Readonly<Record<never, never>>
  beat_embedded_init: Readonly<Record<never, never>>
  task_received: TaskSender & RequestInfo
  task_unknown: TaskSender
  task_rejected: { readonly reason: string }
  task_revoked: TaskSender &
    RequestInfo & { readonly terminated: boolean; readonly signum: number | null; readonly expired: boolean }
  task_prerun: TaskSender
  task_postrun: TaskSender & { readonly state: string }
  task_success: TaskSender
  task_failure: TaskSender & { readonly exception: string }
  task_retry: TaskSender & { readonly reason: string }
  task_internal_error: TaskSender & { readonly reason: string }
}

export type SignalName = keyof SignalPayloads
type Receiver<N extends SignalName> = (payload: SignalPayloads[N]) => void

export class Signals {
  private readonly receivers = new Map<SignalName, Set<(payload: never) => void>>()
  private readonly log: Log

  constructor(log: Log) {
    this.log = log
  }

  /** Answers how to disconnect. */
  connect<N extends SignalName>(name: N, receiver: Receiver<N>): () => void {
    const receivers = this.receivers.get(name) ?? new Set()
    this.receivers.set(name, receivers)
    receivers.add(receiver)
    return () => receivers.delete(receiver)
  }

  /** As Celery: a receiver that raises is logged and the others are still called. */
  send<N extends SignalName>(name: N, payload: SignalPayloads[N]): void {
    for (const receiver of this.receivers.get(name) ?? []) {
      try {
        ;(receiver as Receiver<N>)(payload) // connect() put it under this name
      } catch (error) {
        this.log.error(withTraceback(`Signal handler for ${name} raised: ${String(error)}`, error))
      }
    }
  }
}
