/** The channel and the result backend that an app's settings ask for. */
import { ImproperlyConfigured } from '../errors.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import { disabledBackend } from '../result-backend/disabled-backend.js'
import { resultCodec } from '../result-backend/result-codec.js'
import { RedisBackend } from '../result-backend/redis-backend.js'
import { RedisChannel } from '../transport/redis/redis-channel.js'
import type { ConnectRedis } from '../transport/redis/connect.js'
import type { Settings } from './settings.js'

export interface BrokerPorts {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'error' | 'warning'>
  readonly connect?: ConnectRedis
}

export function channelFor(settings: Settings, ports: BrokerPorts): RedisChannel {
  const { broker_url: url, broker_transport_options: options } = settings
  if (url === null)
    throw new ImproperlyConfigured('the setting broker_url is missing, expected redis://:password@host:port/db')
  const queue = settings.task_default_queue
  return new RedisChannel({
    ...ports,
    url,
    maxReconnects: settings.broker_connection_max_retries,
    connectOptions: { connectTimeoutSeconds: settings.broker_connection_timeout },
    socketTimeoutSeconds: settings.redis_socket_timeout,
    bindings: {
      [queue]: {
        exchange: settings.task_default_exchange ?? queue,
        routingKey: settings.task_default_routing_key ?? queue,
      },
    },
    restoreLimit: options.unacked_restore_limit ?? null,
    ...(options.visibility_timeout === undefined ? {} : { visibilityTimeoutSeconds: options.visibility_timeout }),
    ...(options.global_keyprefix === undefined ? {} : { globalKeyprefix: options.global_keyprefix }),
    ...(options.priority_steps === undefined ? {} : { prioritySteps: options.priority_steps }),
  })
}

export function backendFor(settings: Settings, ports: BrokerPorts): ResultBackend {
  const { result_backend: url, result_backend_transport_options: options } = settings
  if (url === null) return disabledBackend
  return new RedisBackend({
    url,
    clock: ports.clock,
    log: ports.log,
    codec: resultCodec(settings.result_serializer, settings.result_accept_content ?? settings.accept_content),
    resultExpiresSeconds: settings.result_expires === null ? null : Math.trunc(settings.result_expires),
    ...(options.result_chord_ordered === undefined ? {} : { chordOrdered: options.result_chord_ordered }),
    ...(options.global_keyprefix === undefined ? {} : { globalKeyprefix: options.global_keyprefix }),
    ...(ports.connect === undefined ? {} : { connect: ports.connect }),
  })
}
