/**
 * Takes messages for one worker: BRPOP of all its lists with a timeout of 1 s, then `unacked`, then the delivery, as long
 * as the prefetch count allows. Celery: kombu/transport/redis.py Channel._brpop_start, _brpop_read; PROTOCOL.md 3
 */
import type { Redis } from 'ioredis'
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import type { Queue } from '../../message/queue.js'
import type { Clock } from '../../ports/clock.js'
import { inBackground } from '../../ports/in-background.js'
import type { Log } from '../../ports/log.js'
import type { ChannelConsumer, ConsumeOptions, Subscription } from '../channel.js'
import { isBroadcast, listenTo, ownCopy } from './broadcast-queue.js'
import { isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisFanout } from './fanout.js'
import { HeldDelivery, type Keeper } from './held-delivery.js'
import { Intake, type Found } from './intake.js'
import type { RedisKeys } from './keys.js'
import { Qos } from './qos.js'
import { QueueCycle, type QueueOrder } from './queue-cycle.js'
import type { Unacked } from './unacked.js'

const brpopTimeoutSeconds = 1

export interface ConsumerParts {
  readonly connections: RedisConnections
  readonly keys: RedisKeys
  readonly unacked: Unacked
  readonly fanout: RedisFanout
  readonly queueOrder: QueueOrder
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  readonly queueNamed: (name: string) => Queue
  /** SADD of the queue's bindings, once. */
  readonly declare: (queue: Queue) => Promise<void>
}

export class RedisConsumer implements ChannelConsumer {
  private readonly parts: ConsumerParts
  private readonly options: ConsumeOptions
  private readonly qos: Qos<HeldDelivery>
  private readonly cycle: QueueCycle<QueueName>
  private readonly intake: Intake
  private readonly listening = new Map<QueueName, Subscription>()
  private client: { readonly redis: Redis; readonly id: number | null } | null = null
  private loop: Promise<void> = Promise.resolve()
  /** The item that is between its list and `unacked`. */
  private taking: Promise<void> = Promise.resolve()
  private cancelled = false
  private stopHearing: readonly (() => void)[] = []

  constructor(parts: ConsumerParts, options: ConsumeOptions) {
    this.parts = parts
    this.options = options
    this.cycle = new QueueCycle(parts.queueOrder, options.queues)
    this.qos = new Qos(options.prefetchCount)
    this.intake = new Intake({
      ...parts,
      deliver: (queue, envelope, text) => this.deliver(queue, envelope, text),
      onUnreadable: options.onUnreadable,
    })
  }

  async start(): Promise<void> {
    const { connections } = this.parts
    const dropped = (): void => {
      this.client = null
      this.qos.wake()
    }
    this.stopHearing = [connections.onDropped(dropped), connections.onResume(() => this.resume())]
    try {
      await this.open()
    } catch (error) {
      // The link was lost in this very moment: the reconnect opens it for us.
      if (isRedisReply(error) || !connections.willReconnect) throw error
    }
  }

  setPrefetchCount(count: number): void {
    this.qos.setLimit(count)
  }

  get unackedCount(): number {
    return this.qos.unackedCount
  }

  handedOver(): Promise<void> {
    return this.taking.catch(() => {}) // the loop has the rejection
  }

  wake(): void {
    this.qos.wake()
  }

  async addQueue(queue: QueueName): Promise<void> {
    if (this.cycle.has(queue)) return
    await this.parts.declare(this.parts.queueNamed(queue))
    this.cycle.add(queue)
    await this.listen(queue)
    await this.interrupt()
  }

  async cancelQueue(queue: QueueName): Promise<void> {
    this.cycle.remove(queue)
    await this.stopListening(queue)
    await this.interrupt()
  }

  async cancel(): Promise<void> {
    if (this.cancelled) return this.loop
    this.cancelled = true
    for (const stop of this.stopHearing) stop()
    for (const queue of [...this.listening.keys()]) await this.stopListening(queue)
    await this.interrupt()
    await this.loop
    if (this.client) this.parts.connections.release(this.client.redis)
    this.client = null
  }

  async restoreUnacked(): Promise<number> {
    let restored = 0
    for (const delivery of this.qos.deliveries) {
      if (!this.qos.letGo(delivery)) continue // acked while the ones before it were put back
      if (isBroadcast(this.parts.queueNamed(delivery.queue))) continue // this worker's copy, in no list
      try {
        if (await this.parts.unacked.restore(delivery.deliveryTag, 'head')) restored++
      } catch (error) {
        this.qos.hold(delivery) // still ours: it stays in `unacked`, and the next attempt or the sweep finds it there
        throw error
      }
    }
    return restored
  }

  /** For whoever deletes queues that end with their consumer. */
  get queues(): readonly QueueName[] {
    return this.cycle.inOrder
  }

  private async open(): Promise<void> {
    for (const queue of this.cycle.inOrder) await this.parts.declare(this.parts.queueNamed(queue))
    for (const queue of this.cycle.inOrder) await this.listen(queue)
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
      const lists = this.parts.keys.brpopOrder(this.cycle.inOrder)
      if (lists.length === 0 || !this.canTake) {
        await this.qos.changed()
        continue
      }
      const found = await this.brpop(
        client.redis,
        lists.map((list) => list.key),
      )
      if (found === 'gone') return
      const queue = lists.find((list) => list.key === found?.key)?.queue
      if (!found || queue === undefined) continue
      this.taking = this.receive(queue, found)
      await this.taking
    }
  }

  private get canTake(): boolean {
    return this.qos.canTake && (this.options.mayTake?.() ?? true)
  }

  /** Null: nothing came in this second. `gone`: the connection is of no use any more, which the channel hears by itself. */
  private async brpop(redis: Redis, keys: readonly string[]): Promise<Found | 'gone' | null> {
    try {
      const found = await this.parts.connections.within(redis, redis.brpopBuffer(...keys, brpopTimeoutSeconds))
      return found && { key: found[0].toString('utf8'), item: found[1] }
    } catch (error) {
      if (!isRedisReply(error)) return 'gone'
      await this.intake.refused('BRPOP', error) // a list that is no list, say: it is asked again
      return null
    }
  }

  private async receive(queue: QueueName, found: Found): Promise<void> {
    if (this.cancelled || !this.cycle.has(queue)) return this.intake.putBack(found)
    await this.intake.take(queue, found)
  }

  private async deliver(queue: QueueName, envelope: Envelope, text: string): Promise<void> {
    const { unacked, queueNamed } = this.parts
    if (isBroadcast(queueNamed(queue))) return this.handOver(queue, envelope, ownCopy(envelope, queue, this.parts))
    const { delivery_tag: tag, delivery_info: info } = envelope.properties
    const delivery = this.hold(queue, envelope, unacked)
    try {
      await unacked.take(tag, text, { exchange: info.exchange, routingKey: info.routing_key })
    } catch (error) {
      this.qos.letGo(delivery)
      throw error
    }
    this.cycle.delivered(queue)
    this.options.onDelivery(delivery)
  }

  private handOver(queue: QueueName, envelope: Envelope, keeper: Keeper): void {
    const delivery = this.hold(queue, envelope, keeper)
    this.cycle.delivered(queue)
    this.options.onDelivery(delivery)
  }

  private hold(queue: QueueName, envelope: Envelope, keeper: Keeper): HeldDelivery {
    const { connections } = this.parts
    const delivery = new HeldDelivery({ envelope, queue, keeper, qos: this.qos, connections })
    this.qos.hold(delivery)
    return delivery
  }

  private async listen(name: QueueName): Promise<void> {
    const queue = this.parts.queueNamed(name)
    if (!isBroadcast(queue) || this.listening.has(name)) return
    const onMessage = (to: QueueName, envelope: Envelope): void =>
      this.handOver(to, envelope, ownCopy(envelope, to, this.parts))
    this.listening.set(name, await listenTo(queue, this.parts.fanout, onMessage))
  }

  private async stopListening(queue: QueueName): Promise<void> {
    const subscription = this.listening.get(queue)
    this.listening.delete(queue)
    await subscription?.close()
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

/** For CLIENT UNBLOCK; null for a Redis user who may not ask, whose BRPOP then ends by its timeout. */
async function clientId(redis: Redis): Promise<number | null> {
  try {
    return await redis.client('ID')
  } catch (error) {
    if (isRedisReply(error)) return null
    throw error
  }
}
