/**
 * Fanout exchanges are Redis channels: whoever listens gets a copy, nothing is stored, who is away misses it.
 * Celery: kombu/transport/redis.py (fanout_prefix, fanout_patterns); PROTOCOL.md 2
 */
import type { Redis } from 'ioredis'
import type { Envelope } from '../../message/envelope.js'
import { readEnvelope } from '../../message/read-envelope.js'
import type { Log } from '../../ports/log.js'
import type { Subscription } from '../channel.js'
import { isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'

interface Listener {
  readonly exchange: string
  readonly redisPattern: string
  readonly onMessage: (envelope: Envelope, routingKey: string) => void
}

export class RedisFanout {
  private readonly connections: RedisConnections
  private readonly keys: RedisKeys
  private readonly log: Pick<Log, 'warning'>
  private readonly listeners = new Set<Listener>()
  private subscriber: Promise<Redis> | null = null

  constructor(parts: {
    readonly connections: RedisConnections
    readonly keys: RedisKeys
    readonly log: Pick<Log, 'warning'>
  }) {
    this.connections = parts.connections
    this.keys = parts.keys
    this.log = parts.log
    this.connections.onDropped(() => (this.subscriber = null))
    this.connections.onResume(() => this.resume())
  }

  /** `pattern` in AMQP's words: `#` is any number of words, which Redis writes `*`. */
  async subscribe(
    exchange: string,
    pattern: string,
    onMessage: (envelope: Envelope, routingKey: string) => void,
  ): Promise<Subscription> {
    const listener = { exchange, redisPattern: this.keys.channel(exchange, pattern.replaceAll('#', '*')), onMessage }
    this.listeners.add(listener)
    await this.listen([listener.redisPattern])
    return { close: () => this.unsubscribe(listener) }
  }

  private async unsubscribe(listener: Listener): Promise<void> {
    this.listeners.delete(listener)
    const isStillWanted = [...this.listeners].some((one) => one.redisPattern === listener.redisPattern)
    if (isStillWanted || !this.subscriber || !this.connections.isUp) return
    const subscriber = await this.subscriber
    await subscriber.punsubscribe(listener.redisPattern)
  }

  private subscriberConnection(): Promise<Redis> {
    this.subscriber ??= this.connections.newClient().then((redis) => {
      redis.on('pmessage', (pattern: string, channel: string, text: string) => this.receive(pattern, channel, text))
      return redis
    })
    return this.subscriber
  }

  private async resume(): Promise<void> {
    if (this.listeners.size === 0) return
    await this.listen([...new Set([...this.listeners].map((one) => one.redisPattern))])
  }

  private async listen(redisPatterns: readonly string[]): Promise<void> {
    try {
      const subscriber = await this.subscriberConnection()
      for (const redisPattern of redisPatterns) await subscriber.psubscribe(redisPattern)
    } catch (error) {
      throw isRedisReply(error) ? error : this.connections.asOperational(error)
    }
  }

  private receive(redisPattern: string, channel: string, text: string): void {
    const reading = readEnvelope(text)
    if (reading.kind === 'unreadable') {
      this.log.warning(`Cannot process event on channel '${channel}': ${reading.reason}; it is ignored`)
      return
    }
    for (const listener of [...this.listeners]) {
      if (listener.redisPattern !== redisPattern) continue
      listener.onMessage(reading.envelope, this.keys.routingKeyOf(channel, listener.exchange))
    }
  }
}
