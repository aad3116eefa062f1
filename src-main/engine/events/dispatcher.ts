/**
 * Sends events over the broker for whoever monitors: `worker-*` at once and always, `task-*` only when asked for (-E),
 * gathered over one turn of the event loop and sent as one `task.multi`. Celery: celery/events/dispatcher.py
 */
import type { Channel } from '../transport/channel.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { plainEnvelope } from '../message/plain-envelope.js'
import { serializerNamed } from '../serialization/registry.js'
import { PyFloat, type WireObject } from '../serialization/wire-value.js'
import type { LamportClock } from './lamport-clock.js'

export type WorkerEventType =
  'worker-online' | 'worker-heartbeat' | 'worker-offline' | 'worker-elect' | 'worker-elect-ack'
export type TaskEventType =
  | 'task-received'
  | 'task-started'
  | 'task-succeeded'
  | 'task-failed'
  | 'task-retried'
  | 'task-rejected'
  | 'task-revoked'
  | 'task-cancelled'

export interface DispatcherParts {
  readonly channel: Pick<Channel, 'broadcast'>
  /** event_exchange */
  readonly exchange: string
  /** event_serializer. Default: json. */
  readonly serializer?: string
  readonly nodename: string
  readonly pid: number
  readonly clock: Clock
  readonly lamport: LamportClock
  readonly ids: Ids
  readonly log: Pick<Log, 'debug'>
}

/** As Celery: an event batch holds at most this many. */
const batchLimit = 24

export class EventDispatcher {
  private readonly parts: DispatcherParts
  /** As Celery's empty set of groups: a dispatcher that began with all of them can neither add nor take away one. */
  private readonly sendsAll: boolean
  private taskGroup = false
  private batch: WireObject[] = []
  private flushPlanned = false
  private readonly sending = new Set<Promise<void>>()

  constructor(parts: DispatcherParts, taskEventsEnabled: boolean) {
    this.parts = parts
    serializerNamed(parts.serializer ?? 'json') // one that is not here is refused now and not with the first event
    this.sendsAll = taskEventsEnabled
  }

  get taskEventsEnabled(): boolean {
    return this.sendsAll || this.taskGroup
  }

  /** False: they were sent already. */
  enableTaskEvents(): boolean {
    if (this.taskEventsEnabled) return false
    this.taskGroup = true
    return true
  }

  /** False: there is nothing to take away. */
  disableTaskEvents(): boolean {
    const changed = this.taskGroup
    this.taskGroup = false
    return changed
  }

  /** On a channel of its own: a worker's events, and a producer's `task-sent`. */
  sendAtOnce(type: WorkerEventType | 'task-sent', fields: WireObject): void {
    this.prepare(type, fields)()
  }

  /** An event of now, which is sent when the answer is called. */
  prepare(type: WorkerEventType | 'task-sent', fields: WireObject): () => void {
    const event = this.event(type, fields)
    return () => this.broadcast(type.replaceAll('-', '.'), event)
  }

  sendTaskEvent(type: TaskEventType, fields: WireObject): void {
    if (!this.taskEventsEnabled) return
    this.batch.push(this.event(type, fields))
    if (this.batch.length >= batchLimit) this.flush()
    else if (!this.flushPlanned) {
      this.flushPlanned = true
      setImmediate(() => this.flush())
    }
  }

  /** Everything sent so far has reached the broker, or was given up with a log line. */
  async settled(): Promise<void> {
    this.flush()
    while (this.sending.size > 0) await Promise.all(this.sending)
  }

  private flush(): void {
    this.flushPlanned = false
    if (this.batch.length === 0) return
    const events = this.batch
    this.batch = []
    this.broadcast('task.multi', events)
  }

  /** Field order as Celery's: who, when by the logical clock, own fields, when by the wall clock, what. */
  private event(type: string, fields: WireObject): WireObject {
    const { nodename, pid, clock, lamport } = this.parts
    const atMs = clock.nowMs()
    return {
      hostname: nodename,
      utcoffset: Math.floor(new Date(atMs).getTimezoneOffset() / 60),
      pid,
      clock: lamport.forward(),
      ...fields,
      timestamp: new PyFloat(atMs / 1000),
      type,
    }
  }

  private broadcast(routingKey: string, body: WireObject | readonly WireObject[]): void {
    const { channel, exchange, serializer = 'json', nodename, ids, log } = this.parts
    const envelope = plainEnvelope(
      { body, headers: { hostname: nodename }, exchange, routingKey, deliveryMode: 1, serializer },
      ids,
    )
    const sent = channel.broadcast(exchange, routingKey, envelope).catch((error: unknown) => {
      // As Celery: events that find no broker are lost; the tasks they tell of are not.
      log.debug(`events: ${routingKey} was not sent: ${String(error)}`)
    })
    this.sending.add(sent)
    void sent.then(() => this.sending.delete(sent))
  }
}
