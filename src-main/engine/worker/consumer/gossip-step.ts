/** Listens to the other workers' events and keeps the logical clock past theirs. Celery: celery/worker/consumer/gossip.py */
import type { LamportClock } from '../../events/lamport-clock.js'
import type { QueueName } from '../../ids.js'
import { readPlainBody } from '../../message/plain-envelope.js'
import { isObject } from '../../message/shapes.js'
import type { Ids } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import type { Channel, Subscription } from '../../transport/channel.js'

export interface GossipParts {
  readonly channel: Pick<Channel, 'ownQueue' | 'subscribe'>
  readonly nodename: string
  readonly lamport: LamportClock
  readonly ids: Ids
  readonly log: Log
}

const exchange = 'celeryev'
const pattern = 'worker.#'

export class GossipStep {
  readonly name = 'Gossip'
  private readonly parts: GossipParts
  private subscriptions: Subscription[] = []

  constructor(parts: GossipParts) {
    this.parts = parts
  }

  async start(): Promise<void> {
    const { channel, ids, lamport, nodename, log } = this.parts
    const queue = `${exchange}.${ids.uuid()}` as QueueName
    this.subscriptions = [
      await channel.ownQueue(queue, { exchange, routingKey: pattern }, null),
      await channel.subscribe(exchange, pattern, (envelope) => {
        if (envelope.headers['hostname'] === nodename) return
        try {
          const event = readPlainBody(envelope)
          if (isObject(event) && typeof event.clock === 'number') lamport.adjust(event.clock)
        } catch (error) {
          log.debug(`gossip: an event that cannot be read is ignored: ${String(error)}`)
        }
      }),
    ]
  }

  async stop(): Promise<void> {
    for (const subscription of this.subscriptions.splice(0)) await subscription.close()
  }
}
