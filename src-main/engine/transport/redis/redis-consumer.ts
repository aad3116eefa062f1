/**
 * Takes messages for one worker: BRPOP of all its lists with a timeout of 1 s, then `unacked`, then the delivery, as long
 * as the prefetch count allows. The queue that delivered goes to the end of the cycle (round_robin).
 * Between BRPOP and HSET a message is in this process only: a kill there loses it, as it does with Celery.
 * Celery: kombu/transport/redis.py Channel._brpop_start, _brpop_read; PROTOCOL.md 3
 */
import type { Redis } from 'ioredis'
import type { DeliveryTag, QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import { readEnvelope } from '../../message/read-envelope.js'
import type { Clock } from '../../ports/clock.js'
import { inBackground } from '../../ports/in-background.js'
import type { Log } from '../../ports/log.js'
import { sleep } from '../../ports/sleep.js'
import type { ChannelConsumer, ConsumeOptions, Delivery } from '../channel.js'
import { execAll, isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'
import { Qos } from './qos.js'
import type { Unacked } from './unacked.js'

const brpopTimeoutSeconds = 1
/** A queue full of garbage must not fill Redis a second time. */
const mostParked = 1000

/** An item and the list it was taken from. */
interface Found {
  readonly key: string
  readonly item: Buffer
}

export interface QueueBinding {
  readonly exchange: string
  readonly type: string
  readonly routingKey: string
}

export interface ConsumerParts {
  readonly connections: RedisConnections
  readonly keys: RedisKeys
  readonly unacked: Unacked
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** SADD of the queue's binding, once. */
  readonly declare: (queue: QueueName, bound?: QueueBinding) => Promise<void>
}

export class RedisConsumer implements ChannelConsumer {
  private readonly parts: ConsumerParts
  private readonly options: ConsumeOptions
  private readonly qos: Qos<HeldDelivery>
  private queues: QueueName[]
  private client: { readonly redis: Redis; readonly id: number | null } | null = null
  private loop: Promise<void> = Promise.resolve()
  private cancelled = false
  private stopResuming: () => void = () => {}

  constructor(parts: ConsumerParts, options: ConsumeOptions) {
    this.parts = parts
    this.options = options
    this.queues = [...options.queues]
    this.qos = new Qos(options.prefetchCount)
  }

  async start(): Promise<void> {
    this.parts.connections.onDropped(() => {
      this.client = null
      this.qos.wake()
    })
    this.stopResuming = this.parts.connections.onResume(() => this.resume())
    try {
      await this.open()
    } catch (error) {
      // The link was lost in this very moment: the reconnect opens it for us.
      if (isRedisReply(error) || !this.parts.connections.willReconnect) throw error
    }
  }

  setPrefetchCount(count: number): void {
    this.qos.setLimit(count)
  }

  get unackedCount(): number {
    return this.qos.unackedCount
  }

  async addQueue(queue: QueueName, bound?: QueueBinding): Promise<void> {
    if (this.queues.includes(queue)) return
    await this.parts.declare(queue, bound)
    this.queues.push(queue)
    await this.interrupt()
  }

  async cancelQueue(queue: QueueName): Promise<void> {
    this.queues = this.queues.filter((one) => one !== queue)
    await this.interrupt()
  }

  async cancel(): Promise<void> {
    if (this.cancelled) return this.loop
    this.cancelled = true
    this.stopResuming()
    await this.interrupt()
    await this.loop
    if (this.client) this.parts.connections.release(this.client.redis)
    this.client = null
  }

  async restoreUnacked(): Promise<number> {
    let restored = 0
    for (const delivery of this.qos.deliveries) {
      if (!this.qos.letGo(delivery)) continue // acked while the ones before it were put back
      try {
        if (await this.parts.unacked.restore(delivery.deliveryTag, 'head')) restored++
      } catch (error) {
        this.qos.hold(delivery) // still ours: it stays in `unacked`, and the next attempt or the sweep finds it there
        throw error
      }
    }
    return restored
  }

  private async open(): Promise<void> {
    for (const queue of this.queues) await this.parts.declare(queue)
    const redis = await this.parts.connections.newClient()
    this.client = { redis, id: await clientId(redis) }
    this.loop = this.run(this.client)
    inBackground('the BRPOP loop', this.loop, this.parts.log)
  }

  /** As Celery: what this worker held is put back, so a late-acked task that still runs is delivered a second time. */
  private async resume(): Promise<void> {
    await this.restoreUnacked()
    await this.open()
  }

  private async run(client: { readonly redis: Redis }): Promise<void> {
    await this.takeAsLongAs(client)
    if (this.cancelled || this.client === client) return
    this.parts.connections.release(client.redis) // another connection has its place
  }

  private async takeAsLongAs(client: { readonly redis: Redis }): Promise<void> {
    // A dead connection refuses at once: asked again and again it would keep this process from hearing anything else.
    while (!this.cancelled && this.client === client && client.redis.status === 'ready') {
      if (this.queues.length === 0 || !this.qos.canTake) {
        await this.qos.changed()
        continue
      }
      const lists = this.parts.keys.brpopOrder(this.queues)
      const found = await this.brpop(
        client.redis,
        lists.map((list) => list.key),
      )
      const queue = lists.find((list) => list.key === found?.key)?.queue
      if (found && queue !== undefined) await this.receive(queue, found)
    }
  }

  private async brpop(redis: Redis, keys: readonly string[]): Promise<Found | null> {
    try {
      const found = await this.parts.connections.within(redis, redis.brpopBuffer(...keys, brpopTimeoutSeconds))
      return found && { key: found[0].toString('utf8'), item: found[1] }
    } catch (error) {
      // A broken connection tells the channel by itself. A refusal (a list that is no list, say) is asked again.
      if (isRedisReply(error)) await this.refused('BRPOP', error)
      return null
    }
  }

  private async refused(what: string, error: unknown): Promise<void> {
    this.parts.log.error(`Redis refused ${what}: ${(error as Error).message}; trying again in 1 second`)
    await sleep(this.parts.clock, 1000)
  }

  private async receive(queue: QueueName, { key, item }: Found): Promise<void> {
    if (this.cancelled || !this.queues.includes(queue)) return this.putBack({ key, item })
    const text = decode(item)
    const reading = text === null ? { kind: 'unreadable' as const, reason: 'not UTF-8' } : readEnvelope(text)
    if (text === null || reading.kind === 'unreadable') {
      try {
        await this.park(queue, item)
      } catch (error) {
        return this.notTaken('an item for its list of unreadable ones', { key, item }, error)
      }
      this.options.onUnreadable({
        queue,
        raw: text ?? item.toString('latin1'),
        reason: reading.kind === 'unreadable' ? reading.reason : 'not UTF-8',
      })
      return
    }
    await this.deliver(queue, reading.envelope, { key, item, text })
  }

  private async deliver(queue: QueueName, envelope: Envelope, found: Found & { readonly text: string }): Promise<void> {
    const { delivery_tag: tag, delivery_info: info } = envelope.properties
    const { unacked, connections } = this.parts
    const delivery = new HeldDelivery({ envelope, queue, unacked, qos: this.qos, connections })
    this.qos.hold(delivery)
    try {
      await unacked.take(tag, found.text, { exchange: info.exchange, routingKey: info.routing_key })
    } catch (error) {
      this.qos.letGo(delivery)
      return this.notTaken('a message for unacked', found, error)
    }
    this.rotate(queue)
    this.options.onDelivery(delivery)
  }

  /** The message is in our hands and in no list: it goes back as soon as Redis takes it. */
  private async notTaken(what: string, found: Found, error: unknown): Promise<void> {
    if (isRedisReply(error)) {
      await this.refused(what, error)
      return this.putBack(found)
    }
    this.parts.connections.onceResumed(`giving a message back to ${found.key}`, () => this.putBack(found))
  }

  private rotate(used: QueueName): void {
    this.queues = [...this.queues.filter((queue) => queue !== used), used]
  }

  private async putBack(found: Found): Promise<void> {
    try {
      await this.parts.connections.run((redis) => redis.rpush(found.key, found.item))
    } catch (error) {
      await this.notTaken('a message back in its list', found, error)
    }
  }

  private async park(queue: QueueName, item: Buffer): Promise<void> {
    const key = this.parts.keys.parked(queue)
    await this.parts.connections.run((redis) =>
      execAll(
        redis
          .multi()
          .lpush(key, item)
          .ltrim(key, 0, mostParked - 1),
      ),
    )
  }

  /** Ends a BRPOP that waits. Redis answers it with nothing or with a message, never with a lost one. */
  private async interrupt(): Promise<void> {
    this.qos.wake()
    const { client } = this
    if (!client || client.id === null || !this.parts.connections.isUp) return
    const { id } = client
    try {
      await this.parts.connections.run((redis) => redis.client('UNBLOCK', id))
    } catch {
      // Without the right to do so, or without a link, the BRPOP ends by itself within a second.
    }
  }
}

/** One delivery of one message, and the two ways to end it. */
class HeldDelivery implements Delivery {
  readonly envelope: Envelope
  readonly queue: QueueName
  readonly deliveryTag: DeliveryTag
  private readonly unacked: Unacked
  private readonly qos: Qos<HeldDelivery>
  private readonly connections: RedisConnections

  constructor(parts: {
    readonly envelope: Envelope
    readonly queue: QueueName
    readonly unacked: Unacked
    readonly qos: Qos<HeldDelivery>
    readonly connections: RedisConnections
  }) {
    this.envelope = parts.envelope
    this.queue = parts.queue
    this.deliveryTag = parts.envelope.properties.delivery_tag as DeliveryTag // read from the wire, where tags are strings
    this.unacked = parts.unacked
    this.qos = parts.qos
    this.connections = parts.connections
  }

  async ack(): Promise<void> {
    if (this.qos.letGo(this)) await this.settle(() => this.unacked.ack(this.deliveryTag))
  }

  async reject(how: { readonly requeue: boolean }): Promise<void> {
    if (!this.qos.letGo(this)) return
    await this.settle(async () => {
      if (how.requeue) await this.unacked.restore(this.deliveryTag, 'tail')
      else await this.unacked.ack(this.deliveryTag)
    })
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
      this.connections.onceResumed(`the end of delivery ${this.deliveryTag}`, () => this.settle(end))
    }
  }
}

/** For CLIENT UNBLOCK; null for a Redis user who may not ask, whose BRPOP then ends by its timeout. */
async function clientId(redis: Redis): Promise<number | null> {
  try {
    return await redis.client('ID')
  } catch (error) {
    if (isRedisReply(error)) return null
    throw error
  }
}

function decode(item: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(item)
  } catch {
    return null // reported as unreadable
  }
}
