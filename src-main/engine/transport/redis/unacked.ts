/**
 * The emulation of acknowledgements: `unacked` holds what was delivered and not yet acked, of all workers.
 *   take     MULTI  ZADD unacked_index <now> <tag>  HSET unacked <tag> [envelope, exchange, routing_key]  EXEC
 *   ack      MULTI  ZREM unacked_index <tag>  HDEL unacked <tag>  EXEC
 *   restore  WATCH unacked  HGET unacked <tag>  MULTI  ZREM  HDEL  LPUSH or RPUSH <list> <envelope>  EXEC
 *   sweep    SET unacked_mutex <token> PX 300000 NX  ZREVRANGEBYSCORE unacked_index <now - visibility_timeout> 0 WITHSCORES
 * Celery: kombu/transport/redis.py QoS; PROTOCOL.md 3
 */
import type { Redis } from 'ioredis'
import type { Clock, Ids } from '../../ports/clock.js'
import { parseJson, quoteJson, stringifyJson } from '../../serialization/json.js'
import type { WireObject, WireValue } from '../../serialization/wire-value.js'
import { isObject, numberOrNull } from '../../message/shapes.js'
import { execAll, isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'

export interface UnackedOptions {
  readonly visibilityTimeoutSeconds: number
  /** unacked_restore_limit; null: all that are due. */
  readonly restoreLimit: number | null
  /** unacked_mutex_expire: for how long at most one worker sweeps. */
  readonly mutexExpireSeconds: number
}

/** `head`: delivered next. `tail`: after everything that waits. */
export type ListEnd = 'head' | 'tail'

const releaseMutex = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`

export class Unacked {
  private readonly connections: RedisConnections
  private readonly keys: RedisKeys
  private readonly clock: Clock
  private readonly ids: Ids
  private readonly options: UnackedOptions
  /** WATCH belongs to a connection, so restores have one of their own and go one after the other. */
  private watcher: Redis | null = null
  private lane: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    readonly connections: RedisConnections
    readonly keys: RedisKeys
    readonly clock: Clock
    readonly ids: Ids
    readonly options: UnackedOptions
  }) {
    this.connections = parts.connections
    this.keys = parts.keys
    this.clock = parts.clock
    this.ids = parts.ids
    this.options = parts.options
    this.connections.onDropped(() => (this.watcher = null))
  }

  /** `text` is the list item as it was found, so that nothing of it is lost. */
  async take(
    tag: string,
    text: string,
    from: { readonly exchange: string; readonly routingKey: string },
  ): Promise<void> {
    const record = `[${text}, ${quoteJson(from.exchange)}, ${quoteJson(from.routingKey)}]`
    await this.connections.run((redis) =>
      execAll(redis.multi().zadd(this.keys.unackedIndex, this.nowSeconds(), tag).hset(this.keys.unacked, tag, record)),
    )
  }

  async ack(tag: string): Promise<void> {
    await this.connections.run((redis) =>
      execAll(redis.multi().zrem(this.keys.unackedIndex, tag).hdel(this.keys.unacked, tag)),
    )
  }

  async requeue(tag: string): Promise<void> {
    await this.restore(tag, 'tail')
  }

  /** Back into its list with `redelivered` set. False when nobody holds it any more: acked, or restored by another. */
  restore(tag: string, end: ListEnd): Promise<boolean> {
    const done = this.lane.then(() => this.restoreNow(tag, end))
    this.lane = done.catch(() => {}) // the caller has the rejection; the lane goes on
    return done
  }

  /** What was taken longer ago than the visibility timeout; 0 too when another worker is at it. */
  async sweep(): Promise<number> {
    const token = this.ids.uuid()
    const isOurs = await this.connections.run((redis) =>
      redis.set(this.keys.unackedMutex, token, 'PX', this.options.mutexExpireSeconds * 1000, 'NX'),
    )
    if (isOurs === null) return 0
    try {
      let restored = 0
      for (const tag of await this.overdue()) if (await this.restore(tag, 'head')) restored++
      return restored
    } finally {
      await this.connections.run((redis) => redis.eval(releaseMutex, 1, this.keys.unackedMutex, token))
    }
  }

  private overdue(): Promise<string[]> {
    const before = this.nowSeconds() - this.options.visibilityTimeoutSeconds
    const { restoreLimit } = this.options
    const key = this.keys.unackedIndex
    return this.connections.run(async (redis) => {
      const found =
        restoreLimit === null
          ? await redis.zrevrangebyscore(key, before, 0, 'WITHSCORES')
          : await redis.zrevrangebyscore(key, before, 0, 'WITHSCORES', 'LIMIT', 0, restoreLimit)
      return found.filter((_score, index) => index % 2 === 0)
    })
  }

  private async restoreNow(tag: string, end: ListEnd): Promise<boolean> {
    this.watcher ??= await this.connections.newClient()
    const redis = this.watcher
    try {
      for (;;) {
        await redis.watch(this.keys.unacked)
        const record = await redis.hgetBuffer(this.keys.unacked, tag)
        const pushes = record === null ? [] : await this.pushesFor(record, redis)
        const transaction = redis.multi().zrem(this.keys.unackedIndex, tag).hdel(this.keys.unacked, tag)
        for (const { key, text } of pushes) {
          if (end === 'head') transaction.rpush(key, text)
          else transaction.lpush(key, text)
        }
        if ((await execAll(transaction)) !== null) return record !== null
        // Somebody touched `unacked` in between: look again.
      }
    } catch (error) {
      throw isRedisReply(error) ? error : this.connections.asOperational(error)
    }
  }

  private async pushesFor(record: Buffer, redis: Redis): Promise<readonly { key: string; text: string | Buffer }[]> {
    const found = readRecord(record.toString('utf8'))
    if (!found) return [{ key: this.keys.parked('unacked'), text: record }] // not ours to understand, not ours to lose
    const { envelope, exchange, routingKey, priority } = found
    const queues = exchange === '' ? [routingKey] : await this.queuesOf(exchange, routingKey, redis)
    return queues.map((queue) => ({ key: this.keys.list(queue, priority), text: stringifyJson(envelope) }))
  }

  /** A queue that nothing binds any more still gets its message back, under the name it was sent to. */
  private async queuesOf(exchange: string, routingKey: string, redis: Redis): Promise<readonly string[]> {
    const queues = this.keys.boundQueues(await redis.smembers(this.keys.binding(exchange)), routingKey)
    return queues.length > 0 ? queues : [routingKey]
  }

  private nowSeconds(): number {
    return this.clock.nowMs() / 1000
  }
}

interface UnackedRecord {
  readonly envelope: WireValue
  readonly exchange: string
  readonly routingKey: string
  readonly priority: number
}

/** Null when another program wrote something else under this tag. */
function readRecord(text: string): UnackedRecord | null {
  let record: WireValue
  try {
    record = parseJson(text)
  } catch {
    return null // the caller parks it
  }
  if (!Array.isArray(record)) return null
  const [envelope, exchange, routingKey] = record as readonly WireValue[]
  if (!isObject(envelope) || typeof exchange !== 'string' || typeof routingKey !== 'string') return null
  const priority = isObject(envelope.properties) ? envelope.properties.priority : 0
  return {
    envelope: redelivered(envelope),
    exchange,
    routingKey,
    priority: numberOrNull(priority) ?? 0,
  }
}

/** `headers.redelivered` and `properties.delivery_info.redelivered`, as kombu marks what it puts back. */
export function redelivered(envelope: WireObject): WireObject {
  const { headers, properties } = envelope
  if (!isObject(headers) || !isObject(properties) || !isObject(properties.delivery_info)) return envelope
  return {
    ...envelope,
    headers: { ...headers, redelivered: true },
    properties: { ...properties, delivery_info: { ...properties.delivery_info, redelivered: true } },
  }
}
