/**
 * One delivery of one message, and the two ways to end it. Its end is told to the list of `unacked`, or, for a queue that
 * is this consumer's alone, to nobody. Celery: kombu/transport/virtual/base.py Message, QoS
 */
import type { DeliveryTag, QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import type { Delivery } from '../channel.js'
import { isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { Qos } from './qos.js'

/** Where a delivery is kept while it is not acked. */
export interface Keeper {
  ack(tag: string): Promise<void>
  requeue(tag: string): Promise<void>
}

export interface HeldParts {
  readonly envelope: Envelope
  readonly queue: QueueName
  readonly keeper: Keeper
  readonly qos: Qos<HeldDelivery>
  readonly connections: RedisConnections
}

export class HeldDelivery implements Delivery {
  readonly envelope: Envelope
  readonly queue: QueueName
  readonly deliveryTag: DeliveryTag
  private readonly parts: HeldParts

  constructor(parts: HeldParts) {
    this.envelope = parts.envelope
    this.queue = parts.queue
    this.deliveryTag = parts.envelope.properties.delivery_tag as DeliveryTag // read from the wire, where tags are strings
    this.parts = parts
  }

  async ack(): Promise<void> {
    const { qos, keeper } = this.parts
    if (qos.letGo(this)) await this.settle(() => keeper.ack(this.deliveryTag))
  }

  async reject(how: { readonly requeue: boolean }): Promise<void> {
    const { qos, keeper } = this.parts
    if (!qos.letGo(this)) return
    await this.settle(() => (how.requeue ? keeper.requeue(this.deliveryTag) : keeper.ack(this.deliveryTag)))
  }

  /**
   * Without a link the end of the delivery is kept and told to Redis after the reconnect, where Celery forgets it and the
   * message comes again after the visibility timeout.
   */
  private async settle(end: () => Promise<void>): Promise<void> {
    try {
      await end()
    } catch (error) {
      if (isRedisReply(error)) throw error
      this.parts.connections.onceResumed(`the end of delivery ${this.deliveryTag}`, () => this.settle(end))
    }
  }
}
