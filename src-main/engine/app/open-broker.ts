/** The channel and the result backend that an app's settings ask for. */
import { ImproperlyConfigured } from '../errors.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { Queues } from '../message/queues.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import type { AlwaysRetry } from '../result-backend/always-retry.js'
import { cachedResults } from '../result-backend/cached-results.js'
import { disabledBackend } from '../result-backend/disabled-backend.js'
import { resultCodec } from '../result-backend/result-codec.js'
import { RedisBackend } from '../result-backend/redis-backend.js'
import type { AddressDefaults } from '../transport/redis/address.js'
import { readFailoverStrategy } from '../transport/redis/failover.js'
import { RedisChannel } from '../transport/redis/redis-channel.js'
import type { ConnectRedis } from '../transport/redis/connect.js'
import type { KeyOptions } from '../transport/redis/keys.js'
import { readQueueOrder } from '../transport/redis/queue-cycle.js'
import type { Settings, TransportOptions } from './settings.js'

export interface BrokerPorts {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'error' | 'warning'>
  readonly connect?: ConnectRedis
}

/** `write`: for what sends; `read`: for what consumes. */
export type BrokerUse = 'read' | 'write'

/** `broker_read_url` or `broker_write_url`, else `broker_url`. */
export function brokerUrlFor(use: BrokerUse, settings: Settings): string | null {
  return settings[`broker_${use}_url`] ?? settings.broker_url
}

export function channelFor(
  settings: Settings,
  queues: Queues,
  ports: BrokerPorts,
  use: BrokerUse = 'write',
): RedisChannel {
  const { broker_transport_options: options } = settings
  const url = brokerUrlFor(use, settings)
  if (url === null)
    throw new ImproperlyConfigured('the setting broker_url is missing, expected redis://:password@host:port/db')
  return new RedisChannel({
    ...ports,
    url,
    failoverStrategy: readFailoverStrategy(settings.broker_failover_strategy),
    useSsl: settings.broker_use_ssl,
    sentinel: options,
    reconnects: settings.broker_connection_retry,
    maxReconnects: settings.broker_connection_max_retries,
    connectOptions: { connectTimeoutSeconds: options.socket_connect_timeout ?? settings.broker_connection_timeout },
    socketTimeoutSeconds: options.socket_timeout === undefined ? settings.redis_socket_timeout : options.socket_timeout,
    queueNamed: (name) => queues.declared(name),
    restoreLimit: options.unacked_restore_limit ?? null,
    queueOrder: readQueueOrder(options.queue_order_strategy),
    ...(options.visibility_timeout === undefined ? {} : { visibilityTimeoutSeconds: options.visibility_timeout }),
    ...(options.unacked_mutex_expire === undefined ? {} : { mutexExpireSeconds: options.unacked_mutex_expire }),
    keys: keyOptions(options),
  })
}

function keyOptions(options: TransportOptions): Omit<KeyOptions, 'db'> {
  const named = {
    prefix: options.global_keyprefix,
    prioritySteps: options.priority_steps,
    separator: options.sep,
    unacked: options.unacked_key,
    unackedIndex: options.unacked_index_key,
    unackedMutex: options.unacked_mutex_key,
    fanoutPrefix: options.fanout_prefix,
    fanoutPatterns: options.fanout_patterns,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined && value !== null))
}

export function backendFor(settings: Settings, ports: BrokerPorts): ResultBackend {
  const { result_backend: given, result_backend_transport_options: options } = settings
  if (given === null || /^disabled(:\/\/|$)/.test(given)) return disabledBackend
  const url = given === 'redis' ? `redis:///${settings.redis_db ?? 0}` : given // the settings alone say where
  const backend = new RedisBackend({
    url,
    clock: ports.clock,
    log: ports.log,
    useSsl: settings.redis_backend_use_ssl,
    sentinel: options,
    addressDefaults: addressDefaults(settings),
    alwaysRetry: alwaysRetry(settings),
    socketTimeoutSeconds: settings.redis_socket_timeout,
    retriesOnTimeout: settings.redis_retry_on_timeout,
    ...(settings.redis_socket_connect_timeout === null
      ? {}
      : { connectTimeoutSeconds: settings.redis_socket_connect_timeout }),
    ...(options.retry_policy === undefined ? {} : { retryPolicy: options.retry_policy }),
    codec: resultCodec(settings.result_serializer, settings.result_accept_content ?? settings.accept_content),
    // As Celery: 0 means for ever, like None.
    resultExpiresSeconds: Math.trunc(settings.result_expires ?? 0) || null,
    ...(options.result_chord_ordered === undefined ? {} : { chordOrdered: options.result_chord_ordered }),
    ...(options.global_keyprefix === undefined ? {} : { globalKeyprefix: options.global_keyprefix }),
    ...(ports.connect === undefined ? {} : { connect: ports.connect }),
  })
  const { result_cache_max: cached } = settings
  return cached !== null && cached < 0 ? backend : cachedResults(backend, cached)
}

function addressDefaults(settings: Settings): AddressDefaults {
  const { redis_host: host, redis_port: port, redis_username: username, redis_password: password } = settings
  return { ...(host === null ? {} : { host }), ...(port === null ? {} : { port: Number(port) }), username, password }
}

function alwaysRetry(settings: Settings): AlwaysRetry | null {
  if (!settings.result_backend_always_retry) return null
  return {
    maxRetries: Number(settings.result_backend_max_retries === 'inf' ? Infinity : settings.result_backend_max_retries),
    baseSleepMs: settings.result_backend_base_sleep_between_retries_ms,
    maxSleepMs: settings.result_backend_max_sleep_between_retries_ms,
  }
}
