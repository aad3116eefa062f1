/**
 * Results in Redis.
 *   store    GET <key>  MULTI  SETEX <key> <seconds> <document>  PUBLISH <key> <document>  EXEC
 *   wait     SUBSCRIBE <key>  GET <key>, then messages on the channel of the same name
 *   forget   DEL <key>
 * Celery: celery/backends/redis.py, celery/backends/base.py _store_result; PROTOCOL.md 6
 */
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { systemClock } from '../ports/system.js'
import { BackendGetMetaError, BackendStoreError } from '../errors.js'
import type { WireValue } from '../serialization/wire-value.js'
import { SUCCESS } from '../states.js'
import { maskedUrl, parseRedisUrls, type AddressDefaults, type RedisAddress } from '../transport/redis/address.js'
import { connectRedis, execAll, type ConnectRedis } from '../transport/redis/connect.js'
import { RedisConnections } from '../transport/redis/connections.js'
import { Failover } from '../transport/redis/failover.js'
import { retryOverTime, type RetryOverTimePolicy } from '../transport/retry-over-time.js'
import { viaSentinel, type SentinelOptions } from '../transport/redis/sentinel.js'
import { backendTls } from '../transport/redis/tls-options.js'
import { alwaysRetried, type AlwaysRetry } from './always-retry.js'
import { pendingMeta, readResultMeta } from './read-result-meta.js'
import { RedisChordHeader } from './redis-chord.js'
import type { ChordHeader, ResultBackend, ResultMeta, WaitOptions } from './result-meta.js'
import { jsonCodec, type ResultCodec } from './result-codec.js'
import { ResultWaiters } from './result-waiters.js'

/** By Celery's names where it has them: result_expires, result_backend_transport_options.global_keyprefix. */
export interface RedisBackendOptions {
  readonly url: string
  readonly log: Pick<Log, 'error' | 'warning'>
  /** redis_backend_use_ssl */
  readonly useSsl?: unknown
  readonly sentinel?: SentinelOptions
  /** redis_socket_timeout, null: none; redis_socket_connect_timeout */
  readonly socketTimeoutSeconds?: number | null
  readonly connectTimeoutSeconds?: number
  /** redis_retry_on_timeout */
  readonly retriesOnTimeout?: boolean
  /** result_backend_transport_options.retry_policy */
  readonly retryPolicy?: Partial<RetryOverTimePolicy>
  /** result_backend_always_retry and how; null: off. */
  readonly alwaysRetry?: AlwaysRetry | null
  /** redis_host and the like: what the URL does not say. */
  readonly addressDefaults?: AddressDefaults
  /** null: for ever. */
  readonly resultExpiresSeconds?: number | null
  /** As Celery: `_` follows it, unless it ends with `:`, `_`, `-` or `.` */
  readonly globalKeyprefix?: string
  /** result_chord_ordered: parts are kept in the group's order, not in the order they ended. */
  readonly chordOrdered?: boolean
  /** result_serializer and what may be read of it. */
  readonly codec?: ResultCodec
  readonly clock?: Clock
  readonly connect?: ConnectRedis
}

const storeRetryPolicy: RetryOverTimePolicy = { max_retries: 20, interval_start: 0, interval_step: 1, interval_max: 1 }
const oneDaySeconds = 86_400

export class RedisBackend implements ResultBackend {
  readonly address: string
  readonly chords: ChordHeader
  private readonly connections: RedisConnections
  private readonly waiters: ResultWaiters
  private readonly expiresSeconds: number | null
  private readonly prefix: string
  private readonly codec: ResultCodec
  private readonly clock: Clock
  private readonly retryPolicy: RetryOverTimePolicy
  private readonly alwaysRetry: AlwaysRetry | null

  constructor(options: RedisBackendOptions) {
    const { log, useSsl: tlsSetting, addressDefaults } = options
    const addresses = parseRedisUrls(options.url, {
      ...{ tls: backendTls, tlsSetting, warn: (text) => log.warning(text) },
      ...(addressDefaults === undefined ? {} : { defaults: addressDefaults }),
    })
    const [address, ...others] = addresses as [RedisAddress, ...RedisAddress[]] // one at least: an empty URL is refused
    this.retryPolicy = { ...storeRetryPolicy, ...options.retryPolicy }
    this.alwaysRetry = options.alwaysRetry ?? null
    this.address = maskedUrl(address)
    this.codec = options.codec ?? jsonCodec
    this.clock = options.clock ?? systemClock
    this.expiresSeconds = options.resultExpiresSeconds === undefined ? oneDaySeconds : options.resultExpiresSeconds
    const prefix = separated(options.globalKeyprefix ?? '')
    this.prefix = `${prefix}celery-task-meta-`
    this.connections = new RedisConnections({
      brokers: new Failover([address, ...others], 'round-robin', Math.random),
      connect: viaSentinel(options.connect ?? connectRedis, options.sentinel ?? {}),
      connectOptions:
        options.connectTimeoutSeconds === undefined ? {} : { connectTimeoutSeconds: options.connectTimeoutSeconds },
      clock: this.clock,
      maxRetries: null,
      socketTimeoutSeconds: options.socketTimeoutSeconds === undefined ? 120 : options.socketTimeoutSeconds,
      retriesOnTimeout: options.retriesOnTimeout ?? false,
      log: options.log,
    })
    this.chords = new RedisChordHeader({
      connections: this.connections,
      codec: this.codec,
      globalKeyprefix: prefix,
      expiresSeconds: this.expiresSeconds,
      ordered: options.chordOrdered ?? true,
    })
    this.waiters = new ResultWaiters({
      connections: this.connections,
      clock: this.clock,
      codec: this.codec,
      keyOf: (taskId) => this.key(taskId),
      get: (taskId) => this.get(taskId),
    })
  }

  /** Tries again while Redis is away: a result must not be lost, nor a task failed, for a short outage. */
  async store(meta: ResultMeta): Promise<void> {
    const document = this.codec.encode(meta as unknown as WireValue) // undefined fields were never built
    const givenUp = (): Error => new BackendStoreError('failed to store result on the backend')
    await this.always(() => this.retried(() => this.storeOnce(meta.task_id, document)), givenUp)
  }

  reach(): Promise<void> {
    return this.retried(() => this.connections.open())
  }

  private retried(work: () => Promise<void>): Promise<void> {
    return retryOverTime(work, this.retryPolicy, this.clock)
  }

  get(taskId: string): Promise<ResultMeta> {
    return this.always(
      () => this.getOnce(taskId),
      () => new BackendGetMetaError('failed to get meta'),
    )
  }

  private async getOnce(taskId: string): Promise<ResultMeta> {
    await this.connections.open()
    const stored = await this.connections.run((redis) => redis.getBuffer(this.key(taskId)))
    return stored === null ? pendingMeta(taskId) : readResultMeta(taskId, stored, this.codec)
  }

  async waitFor(taskId: string, options: WaitOptions): Promise<ResultMeta> {
    await this.connections.open()
    return this.waiters.wait(taskId, options)
  }

  async forget(taskId: string): Promise<void> {
    await this.connections.open()
    await this.connections.run((redis) => redis.del(this.key(taskId)))
  }

  async close(): Promise<void> {
    this.waiters.close()
    await this.connections.close()
  }

  private async storeOnce(taskId: string, document: Buffer): Promise<void> {
    const stored = await this.getOnce(taskId)
    if (stored.status === SUCCESS) return // As Celery: a success stays, whatever a second run of the task brings
    const key = this.key(taskId)
    await this.connections.run(async (redis) => {
      const transaction = redis.multi()
      if (this.expiresSeconds === null) transaction.set(key, document)
      else transaction.setex(key, this.expiresSeconds, document)
      await execAll(transaction.publish(key, document))
    })
  }

  private always<T>(act: () => Promise<T>, givenUp: () => Error): Promise<T> {
    const { alwaysRetry, clock } = this
    return alwaysRetry === null ? act() : alwaysRetried(act, givenUp, alwaysRetry, { clock, random: Math.random })
  }

  private key(taskId: string): string {
    return this.prefix + taskId
  }
}

function separated(prefix: string): string {
  return prefix === '' || ':_-.'.includes(prefix.slice(-1)) ? prefix : `${prefix}_`
}
