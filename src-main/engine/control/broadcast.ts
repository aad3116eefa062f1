/**
 * Asks all workers something over the pidbox exchange and gathers their replies for a while: mingle's hello, and
 * whatever else a caller asks. Celery: kombu/pidbox.py (Mailbox._broadcast, _collect), celery/app/control.py
 */
import type { QueueName } from '../ids.js'
import { plainEnvelope, readPlainBody } from '../message/plain-envelope.js'
import type { LamportClock } from '../events/lamport-clock.js'
import type { Clock, Ids } from '../ports/clock.js'
import { PyFloat, type WireObject, type WireValue } from '../serialization/wire-value.js'
import type { Channel } from '../transport/channel.js'
import { pidboxExchange, replyExchange } from './mailbox.js'

export interface BroadcastParts {
  readonly channel: Pick<Channel, 'broadcast' | 'ownQueue'>
  readonly lamport: LamportClock
  readonly clock: Clock
  readonly ids: Ids
}

/** Answers `nodename → payload` of all that replied within `timeoutSeconds`; with `limit`, no later than so many have. */
export async function askWorkers(
  parts: BroadcastParts,
  ask: {
    readonly method: string
    readonly arguments: WireObject
    readonly timeoutSeconds: number
    readonly limit?: number
  },
): Promise<ReadonlyMap<string, WireValue>> {
  const { channel, lamport, clock, ids } = parts
  const oid = ids.uuid()
  const ticket = ids.uuid()
  const replies = new Map<string, WireValue>()
  let enough: () => void = () => {}
  const queue = `${oid}.${replyExchange}` as QueueName
  const listening = await channel.ownQueue(queue, { exchange: replyExchange, routingKey: oid }, (envelope) => {
    if (envelope.headers['ticket'] !== ticket) return // a late reply to an earlier question
    if (typeof envelope.headers['clock'] === 'number') lamport.adjust(envelope.headers['clock'])
    for (const [nodename, payload] of Object.entries(readPlainBody(envelope) ?? {})) replies.set(nodename, payload)
    if (ask.limit !== undefined && replies.size >= ask.limit) enough()
  })
  try {
    const envelope = plainEnvelope(
      {
        body: {
          method: ask.method,
          arguments: ask.arguments,
          destination: null,
          pattern: null,
          matcher: null,
          ticket,
          reply_to: { exchange: replyExchange, routing_key: oid },
        },
        headers: { clock: lamport.value, expires: new PyFloat(clock.nowMs() / 1000 + ask.timeoutSeconds) },
        exchange: pidboxExchange,
        routingKey: '',
        deliveryMode: 2,
      },
      ids,
    )
    await channel.broadcast(pidboxExchange, '', envelope)
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ask.timeoutSeconds * 1000, resolve)
      enough = () => {
        cancel()
        resolve()
      }
      if (ask.limit !== undefined && replies.size >= ask.limit) enough()
    })
  } finally {
    await listening.close()
  }
  return replies
}
