/**
 * The channel to a Redis broker: joins connections, lists, `unacked` and fanout behind the interface the engine uses.
 *   publish  SADD _kombu.binding.<exchange> <member> (once a queue and connection)  LPUSH <list> <envelope>
 * Celery: kombu/transport/redis.py Channel; PROTOCOL.md 2, 3
 */
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import type { Clock, Ids } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import { systemClock, systemIds } from '../../ports/system.js'
import { stringifyJson } from '../../serialization/json.js'
import type { WireValue } from '../../serialization/wire-value.js'
import type {
  BoundQueue,
  Channel,
  ChannelConsumer,
  ConsumeOptions,
  ReconnectFailure,
  Subscription,
} from '../channel.js'
import type { Queue } from '../../message/queue.js'
import { numberOrNull } from '../../message/shapes.js'
import { maskedUrl, parseRedisUrls, type RedisAddress } from './address.js'
import { bindingMembers, plainQueue } from './bindings.js'
import { BrokerManagement } from './broker-management.js'
import { connectRedis, type ConnectOptions, type ConnectRedis } from './connect.js'
import { RedisConnections } from './connections.js'
import { Failover, type FailoverStrategy } from './failover.js'
import { RedisFanout } from './fanout.js'
import { RedisKeys, type KeyOptions } from './keys.js'
import { OwnQueue } from './own-queue.js'
import type { QueueOrder } from './queue-cycle.js'
import { RedisConsumer } from './redis-consumer.js'
import { viaSentinel, type SentinelOptions } from './sentinel.js'
import { brokerTls } from './tls-options.js'
import { Unacked } from './unacked.js'

/** `broker_transport_options` by Celery's names, and what the process gives. */
export interface RedisChannelOptions {
  /** Several with `;` between them: tried in turn, or all of them sentinels. */
  readonly url: string
  readonly failoverStrategy?: FailoverStrategy
  /** broker_use_ssl */
  readonly useSsl?: unknown
  readonly sentinel?: SentinelOptions
  readonly log: Pick<Log, 'error' | 'warning'>
  readonly visibilityTimeoutSeconds?: number
  readonly restoreLimit?: number | null
  readonly mutexExpireSeconds?: number
  readonly keys?: Omit<KeyOptions, 'db'>
  readonly queueOrder?: QueueOrder
  /** How a queue is bound; without it each is direct, by its own name. */
  readonly queueNamed?: (name: string) => Queue
  /** broker_connection_retry */
  readonly reconnects?: boolean
  readonly maxReconnects?: number | null
  readonly connectOptions?: ConnectOptions
  readonly socketTimeoutSeconds?: number | null
  readonly connect?: ConnectRedis
  readonly clock?: Clock
  readonly ids?: Ids
}

export class RedisChannel implements Channel {
  readonly address: string
  private readonly options: RedisChannelOptions
  private readonly connections: RedisConnections
  private readonly keys: RedisKeys
  private readonly unacked: Unacked
  private readonly fanout: RedisFanout
  private readonly management: BrokerManagement
  private readonly declared = new Set<string>()
  private readonly consumers = new Set<RedisConsumer>()

  constructor(options: RedisChannelOptions) {
    const { log, useSsl: tlsSetting } = options
    const addresses = parseRedisUrls(options.url, { tls: brokerTls, tlsSetting, warn: (text) => log.warning(text) })
    const [address, ...others] = addresses as [RedisAddress, ...RedisAddress[]] // one at least: an empty URL is refused
    const clock = options.clock ?? systemClock
    this.options = options
    this.address = maskedUrl(address)
    this.connections = new RedisConnections({
      brokers: new Failover([address, ...others], options.failoverStrategy ?? 'round-robin', Math.random),
      connect: viaSentinel(options.connect ?? connectRedis, options.sentinel ?? {}),
      connectOptions: options.connectOptions ?? {},
      socketTimeoutSeconds: options.socketTimeoutSeconds === undefined ? 120 : options.socketTimeoutSeconds,
      clock,
      maxRetries: options.maxReconnects === undefined ? 100 : options.maxReconnects,
      reconnects: options.reconnects ?? true,
      log: options.log,
    })
    this.keys = new RedisKeys({ ...options.keys, db: address.db })
    this.unacked = new Unacked({
      connections: this.connections,
      keys: this.keys,
      clock,
      ids: options.ids ?? systemIds,
      options: {
        visibilityTimeoutSeconds: options.visibilityTimeoutSeconds ?? 3600,
        restoreLimit: options.restoreLimit ?? null,
        mutexExpireSeconds: options.mutexExpireSeconds ?? 300,
      },
    })
    this.fanout = new RedisFanout({ connections: this.connections, keys: this.keys, log: options.log })
    this.management = new BrokerManagement(this.connections, this.keys)
    this.connections.onDropped(() => this.declared.clear()) // a restarted Redis may have forgotten the bindings
  }

  get addressNow(): string {
    return maskedUrl(this.connections.address)
  }

  connect(): Promise<void> {
    return this.connections.open()
  }

  async declare(queue: Queue): Promise<void> {
    if (this.declared.has(queue.name)) return
    const members = bindingMembers(queue, this.keys)
    await this.connections.run(async (redis) => {
      for (const { key, member } of members) await redis.sadd(key, member)
    })
    this.declared.add(queue.name)
  }

  async publish(envelope: Envelope, to: { readonly queue: QueueName }): Promise<void> {
    await this.declare(this.queueNamed(to.queue))
    await this.push([to.queue], envelope)
  }

  async publishBound(exchange: string, routingKey: string, envelope: Envelope): Promise<number> {
    const members = await this.connections.run((redis) => redis.smembers(this.keys.binding(exchange)))
    const queues = this.keys.boundQueues(members, routingKey)
    await this.push(queues, envelope)
    return queues.length
  }

  async broadcast(exchange: string, routingKey: string, envelope: Envelope): Promise<void> {
    await this.connections.run((redis) => redis.publish(this.keys.channel(exchange, routingKey), textOf(envelope)))
  }

  subscribe(
    exchange: string,
    pattern: string,
    onMessage: (envelope: Envelope, routingKey: string) => void,
  ): Promise<Subscription> {
    return this.fanout.subscribe(exchange, pattern, onMessage)
  }

  async consume(options: ConsumeOptions): Promise<ChannelConsumer> {
    const consumer = new RedisConsumer(
      {
        connections: this.connections,
        keys: this.keys,
        unacked: this.unacked,
        clock: this.options.clock ?? systemClock,
        log: this.options.log,
        fanout: this.fanout,
        queueOrder: this.options.queueOrder ?? 'round_robin',
        queueNamed: (name) => this.queueNamed(name),
        declare: (queue) => this.declare(queue),
      },
      options,
    )
    this.consumers.add(consumer)
    await consumer.start()
    return consumer
  }

  async ownQueue(
    queue: QueueName,
    bound: { readonly exchange: string; readonly routingKey: string; readonly pattern?: string },
    onMessage: ((envelope: Envelope) => void) | null,
  ): Promise<Subscription> {
    const own = new OwnQueue(
      { connections: this.connections, keys: this.keys, log: this.options.log },
      { queue, exchange: bound.exchange, routingKey: bound.routingKey, pattern: bound.pattern ?? '', onMessage },
    )
    await own.open()
    return own
  }

  purge(queue: QueueName): Promise<number> {
    return this.management.purge(queue)
  }

  bindings(exchange: string): Promise<readonly BoundQueue[]> {
    return this.management.bindings(exchange)
  }

  restoreVisible(): Promise<number> {
    return this.unacked.sweep()
  }

  onConnectionLost(listener: (error: Error) => void): void {
    this.connections.onLost(listener)
  }

  onReconnectFailed(listener: (failure: ReconnectFailure) => void): void {
    this.connections.onReconnectFailed(listener)
  }

  beforeConsumingAgain(act: () => Promise<void>): void {
    this.connections.onResume(act)
  }

  onConnectionBack(listener: () => void): void {
    this.connections.onBack(listener)
  }

  async close(): Promise<void> {
    for (const consumer of this.consumers) {
      await consumer.cancel()
      for (const name of consumer.queues) await this.deleteAutoDelete(this.queueNamed(name))
    }
    await this.connections.close()
  }

  private queueNamed(name: string): Queue {
    return this.options.queueNamed?.(name) ?? plainQueue(name)
  }

  /** As Celery: SREM of the bindings and DEL of the lists of a queue that is its consumer's alone. */
  private async deleteAutoDelete(queue: Queue): Promise<void> {
    if (!queue.autoDelete || !this.connections.isUp) return
    const members = bindingMembers(queue, this.keys)
    await this.connections.run(async (redis) => {
      for (const { key, member } of members) await redis.srem(key, member)
      await redis.del(...this.keys.lists(queue.name))
    })
  }

  private async push(queues: readonly string[], envelope: Envelope): Promise<void> {
    const text = textOf(envelope)
    const priority = numberOrNull(envelope.properties.priority) ?? 0
    await this.connections.run(async (redis) => {
      for (const queue of queues) await redis.lpush(this.keys.list(queue, priority), text)
    })
  }
}

function textOf(envelope: Envelope): string {
  // Properties may hold what a caller passed on; the encoder refuses what JSON cannot carry.
  return stringifyJson(envelope as unknown as WireValue)
}
