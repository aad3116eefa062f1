/**
 * Sends a control request to all workers over the pidbox exchange and gathers their replies in a list of its own.
 *   ask    SADD _kombu.binding.reply.celery.pidbox  PUBLISH /N.celery.pidbox  BRPOP <oid>.reply.celery.pidbox
 *   after  SREM, DEL
 * Celery: kombu/pidbox.py (Mailbox._broadcast, _collect); PROTOCOL.md 11
 */
import type { QueueName } from '../ids.js'
import type { Envelope } from '../message/envelope.js'
import { plainEnvelope, readPlainBody } from '../message/plain-envelope.js'
import { isObject } from '../message/shapes.js'
import type { LamportClock } from '../events/lamport-clock.js'
import type { Clock, Ids } from '../ports/clock.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'
import { controlExchanges } from './mailbox.js'

export interface BroadcastParts {
  readonly channel: Pick<Channel, 'broadcast' | 'ownQueue'>
  /** control_exchange; absent: `celery`. */
  readonly namespace?: string
  readonly lamport: LamportClock
  readonly clock: Clock
  readonly ids: Ids
}

/** One node's answer: `{"celery@host": payload}`. */
export type NodeReply = Readonly<Record<string, WireValue>>

export interface ControlRequest {
  readonly method: string
  readonly arguments: WireObject
  /** Nodenames; absent: all nodes. */
  readonly destination?: readonly string[] | null
  readonly pattern?: string | null
  readonly matcher?: string | null
  /** A worker that takes the request later than this ignores it; replies are waited for this long, from the last one on. 0: for ever. */
  readonly timeoutSeconds: number
}

export interface ReplyOptions {
  /** No more replies than this; absent: as many as there are destinations. */
  readonly limit?: number | null
  readonly onReply?: (reply: NodeReply) => void
}

/** How a command is broadcast, as a caller says it. */
export interface BroadcastOptions {
  /** Nodenames; absent: every worker. */
  readonly destination?: readonly string[] | null
  /** Which nodes: `celery@*` for the matcher `glob`, a regular expression for `pcre`. Both or neither. */
  readonly pattern?: string | null
  readonly matcher?: 'glob' | 'pcre' | null
  readonly reply?: boolean
  /** Default: 1. */
  readonly timeoutSeconds?: number
  /** No more replies than this. */
  readonly limit?: number | null
  /** Told of each reply as it comes. */
  readonly onReply?: (reply: NodeReply) => void
}

/** Nobody answers. */
export function castRequest(parts: BroadcastParts, request: ControlRequest): Promise<void> {
  return publish(parts, request, {})
}

/** Answers each reply as it came. */
export async function callRequest(
  parts: BroadcastParts,
  request: ControlRequest,
  options: ReplyOptions = {},
): Promise<readonly NodeReply[]> {
  const { channel, lamport, ids } = parts
  const oid = ids.uuid()
  const ticket = ids.uuid()
  const limit = options.limit || request.destination?.length || Infinity
  const replies: NodeReply[] = []
  const patience = new Patience(parts.clock, request.timeoutSeconds)
  let unreadable: unknown = null
  const { reply: replyExchange } = controlExchanges(parts.namespace)
  const queue = `${oid}.${replyExchange}` as QueueName
  const listening = await channel.ownQueue(queue, { exchange: replyExchange, routingKey: oid }, (envelope) => {
    try {
      if (typeof envelope.headers['clock'] === 'number') lamport.adjust(envelope.headers['clock'])
      const reply = replyIn(envelope, ticket)
      if (reply === null || replies.length >= limit) return
      replies.push(reply)
      options.onReply?.(reply)
      if (replies.length >= limit) patience.end()
      else patience.renew()
    } catch (error) {
      unreadable = error // as Celery: the caller's to know
      patience.end()
    }
  })
  try {
    await publish(parts, request, { ticket, reply_to: { exchange: replyExchange, routing_key: oid } })
    await patience.over()
  } finally {
    await listening.close()
  }
  if (unreadable !== null) throw unreadable as Error
  return replies
}

/** Answers `nodename → payload` of all that replied; of two nodes with one name the last. */
export async function askWorkers(
  parts: BroadcastParts,
  { limit, ...request }: ControlRequest & { readonly limit?: number },
): Promise<ReadonlyMap<string, WireValue>> {
  const replies = await callRequest(parts, request, limit === undefined ? {} : { limit })
  return new Map(replies.flatMap((reply) => Object.entries(reply)))
}

async function publish(parts: BroadcastParts, request: ControlRequest, replyTo: WireObject): Promise<void> {
  const { channel, lamport, clock, ids } = parts
  const { pidbox } = controlExchanges(parts.namespace)
  const { method, destination = null, pattern = null, matcher = null, timeoutSeconds } = request
  const envelope = plainEnvelope(
    {
      body: { method, arguments: request.arguments, destination, pattern, matcher, ...replyTo },
      headers: {
        clock: lamport.forward(),
        expires: timeoutSeconds > 0 ? new PyFloat(clock.nowMs() / 1000 + timeoutSeconds) : 0,
      },
      exchange: pidbox,
      routingKey: '',
      deliveryMode: 2,
    },
    ids,
  )
  await channel.broadcast(pidbox, '', envelope)
}

/** null: a late reply to an earlier question, or none at all. */
function replyIn(envelope: Envelope, ticket: string): NodeReply | null {
  if ((envelope.headers['ticket'] ?? ticket) !== ticket) return null
  const body = readPlainBody(envelope)
  return isObject(body) ? body : null
}

/** As kombu: each reply gives the next one the whole time again. */
class Patience {
  private readonly clock: Clock
  private readonly seconds: number
  private readonly ended: Promise<void>
  private resolve: () => void = () => {}
  private cancel: () => void = () => {}
  private state: 'before' | 'waiting' | 'ended' = 'before'

  constructor(clock: Clock, seconds: number) {
    this.clock = clock
    this.seconds = seconds
    this.ended = new Promise((resolve) => (this.resolve = resolve))
  }

  over(): Promise<void> {
    if (this.state === 'before') this.state = 'waiting' // else: enough replies came before the request was known to be sent
    this.renew()
    return this.ended
  }

  renew(): void {
    if (this.state !== 'waiting' || this.seconds <= 0) return
    this.cancel()
    this.cancel = this.clock.after(this.seconds * 1000, () => this.end())
  }

  end(): void {
    this.cancel()
    this.state = 'ended'
    this.resolve()
  }
}
