/**
 * Tells again and again that the worker lives, with its numbers; online at the start, offline at the end.
 * Celery: celery/worker/heartbeat.py, celery/worker/consumer/events.py
 */
import { loadavg } from 'node:os'
import type { Clock } from '../ports/clock.js'
import { PyFloat, type WireObject } from '../serialization/wire-value.js'
import { software, systemName } from '../software.js'
import type { EventDispatcher, WorkerEventType } from './dispatcher.js'

/** Celery: celery/worker/heartbeat.py (Heart.interval) */
export const usualHeartbeatSeconds = 2

export class Heartbeat {
  private readonly dispatcher: EventDispatcher
  private readonly clock: Clock
  private readonly counts: () => { readonly active: number; readonly processed: number }
  private readonly intervalSeconds: number
  private readonly onSent: () => void
  private cancel: (() => void) | null = null
  private started = false
  private sayOffline: (() => void) | null = null

  constructor(
    dispatcher: EventDispatcher,
    clock: Clock,
    counts: () => { readonly active: number; readonly processed: number },
    { intervalSeconds, onSent }: { readonly intervalSeconds?: number | null; readonly onSent?: () => void } = {},
  ) {
    this.dispatcher = dispatcher
    this.clock = clock
    this.counts = counts
    this.intervalSeconds = intervalSeconds ?? usualHeartbeatSeconds
    this.onSent = onSent ?? (() => {})
  }

  start(): void {
    this.started = true
    this.send('worker-online')
    this.planNext()
  }

  /** The link is lost. As Celery: the worker is offline from now on, which is told when there is a link again. */
  lost(): void {
    if (!this.started || this.sayOffline !== null) return
    this.cancel?.()
    this.cancel = null
    this.sayOffline = this.dispatcher.prepare('worker-offline', this.fields())
  }

  /** Also when the link that was back broke at once. */
  back(): void {
    if (!this.started) return
    this.sayOffline?.()
    this.sayOffline = null
    this.cancel?.()
    this.start()
  }

  stop(): void {
    this.started = false
    this.cancel?.()
    this.cancel = null
    this.send('worker-offline')
  }

  private planNext(): void {
    this.cancel = this.clock.after(this.intervalSeconds * 1000, () => {
      this.send('worker-heartbeat')
      this.onSent()
      this.planNext()
    })
  }

  private send(type: WorkerEventType): void {
    this.dispatcher.sendAtOnce(type, this.fields())
  }

  private fields(): WireObject {
    const { active, processed } = this.counts()
    return {
      freq: new PyFloat(this.intervalSeconds),
      active,
      processed,
      loadavg: loadavg().map((load) => new PyFloat(Math.round(load * 100) / 100)),
      sw_ident: software.ident,
      sw_ver: software.version,
      sw_sys: systemName(process.platform),
    }
  }
}

/** As Celery: the one that control asks for says less, and another frequency. */
export function sendAskedHeartbeat(dispatcher: Pick<EventDispatcher, 'sendAtOnce'>): void {
  dispatcher.sendAtOnce('worker-heartbeat', {
    freq: 5,
    sw_ident: software.ident,
    sw_ver: software.version,
    sw_sys: systemName(process.platform),
  })
}
