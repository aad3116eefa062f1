/**
 * The settings of an app by Celery's names, with Celery's defaults: those that the producer, the broker connection and the
 * result backend read. Settings may come from Python's `app.conf`, so every value is looked at before it is used.
 * Celery: celery/app/defaults.py
 */
import { ImproperlyConfigured } from '../errors.js'
import type { MessageDefaults } from '../message/prepare-call.js'
import { plainQueueConf, type QueueConf } from '../message/queues.js'
import type { RouteSettings } from '../message/routes.js'
import type { RetryOverTimePolicy } from '../transport/retry-over-time.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { SentinelOptions } from '../transport/redis/sentinel.js'

export interface Settings extends MessageDefaults, QueueConf {
  readonly broker_url: string | null
  /** For those who consume, for those who send; null: broker_url. */
  readonly broker_read_url: string | null
  readonly broker_write_url: string | null
  readonly result_backend: string | null
  readonly accept_content: readonly string[]
  readonly result_serializer: string
  /** null: accept_content. */
  readonly result_accept_content: readonly string[] | null
  readonly task_routes: RouteSettings | null
  readonly task_ignore_result: boolean
  readonly task_allow_error_cb_on_chord_header: boolean
  readonly task_send_sent_event: boolean
  readonly event_exchange: string
  readonly event_serializer: string
  readonly control_exchange: string
  readonly task_publish_retry: boolean
  readonly task_publish_retry_policy: RetryOverTimePolicy
  /** Seconds; null: for ever. */
  readonly result_expires: number | null
  /** How many results are kept in the process; 0 and null: all; -1: none. */
  readonly result_cache_max: number | null
  /** Also a read is tried again while Redis is away. */
  readonly result_backend_always_retry: boolean
  /** 'inf' is Celery's word for no limit. */
  readonly result_backend_max_retries: number | 'inf'
  readonly result_backend_base_sleep_between_retries_ms: number
  readonly result_backend_max_sleep_between_retries_ms: number
  /** Seconds; how long the end of a chord waits for each result of a header that grew. */
  readonly result_chord_join_timeout: number
  readonly broker_connection_retry: boolean
  readonly broker_connection_max_retries: number | null
  readonly broker_connection_timeout: number
  readonly broker_failover_strategy: string | null
  /** A dict in the forms of Python's redis-py: false, true, `{'ssl_cert_reqs': …}`. */
  readonly broker_use_ssl: unknown
  readonly redis_backend_use_ssl: unknown
  /** Where the backend is, as far as its URL does not say it; all of it for the backend `redis`. */
  readonly redis_host: string | null
  readonly redis_port: number | string | null
  readonly redis_db: number | string | null
  readonly redis_username: string | null
  readonly redis_password: string | null
  /** null: a silent connection is never given up. */
  readonly redis_socket_timeout: number | null
  readonly redis_retry_on_timeout: boolean
  /** null: Celery's own. */
  readonly redis_socket_connect_timeout: number | null
  readonly broker_transport_options: TransportOptions
  readonly result_backend_transport_options: SentinelOptions & {
    readonly global_keyprefix?: string
    readonly result_chord_ordered?: boolean
    readonly retry_policy?: Partial<RetryOverTimePolicy>
  }
}

export interface TransportOptions extends SentinelOptions {
  /** Seconds. */
  readonly socket_timeout?: number | null
  readonly socket_connect_timeout?: number | null
  /** How often and how long a client that has no link tries to get one, in seconds. */
  readonly max_retries?: number | null
  readonly interval_start?: number
  readonly interval_step?: number
  readonly interval_max?: number
  readonly connect_retries_timeout?: number | null
  readonly visibility_timeout?: number
  readonly unacked_restore_limit?: number | null
  /** Seconds between turns, and every how many turns the worker looks for messages past their visibility timeout. */
  readonly unacked_restore_interval?: number
  readonly unacked_restore_throttle?: number
  readonly global_keyprefix?: string
  readonly priority_steps?: readonly number[]
  readonly sep?: string
  readonly queue_order_strategy?: string
  readonly unacked_key?: string
  readonly unacked_index_key?: string
  readonly unacked_mutex_key?: string
  readonly unacked_mutex_expire?: number
  readonly fanout_prefix?: boolean | string
  readonly fanout_patterns?: boolean
}

export const defaultSettings: Settings = {
  broker_url: null,
  broker_read_url: null,
  broker_write_url: null,
  result_backend: null,
  accept_content: ['json'],
  result_serializer: 'json',
  result_accept_content: null,
  task_protocol: 2,
  timezone: null,
  enable_utc: true,
  task_serializer: 'json',
  task_compression: null,
  task_default_delivery_mode: 2,
  task_default_priority: null,
  task_inherit_parent_priority: false,
  ...plainQueueConf,
  task_routes: null,
  task_ignore_result: false,
  task_allow_error_cb_on_chord_header: false,
  task_send_sent_event: false,
  event_exchange: 'celeryev',
  event_serializer: 'json',
  control_exchange: 'celery',
  task_publish_retry: true,
  task_publish_retry_policy: { max_retries: 3, interval_start: 0, interval_step: 0.2, interval_max: 1 },
  result_expires: 86_400,
  result_cache_max: -1,
  result_backend_always_retry: false,
  result_backend_max_retries: 'inf',
  result_backend_base_sleep_between_retries_ms: 10,
  result_backend_max_sleep_between_retries_ms: 10_000,
  result_chord_join_timeout: 3,
  broker_connection_retry: true,
  broker_connection_max_retries: 100,
  broker_connection_timeout: 4,
  broker_failover_strategy: null,
  broker_use_ssl: false,
  redis_backend_use_ssl: false,
  redis_host: null,
  redis_port: null,
  redis_db: null,
  redis_username: null,
  redis_password: null,
  redis_socket_timeout: 120,
  redis_retry_on_timeout: false,
  redis_socket_connect_timeout: null,
  broker_transport_options: {},
  result_backend_transport_options: {},
}

const kinds: { readonly [Name in keyof Settings]: (value: unknown) => boolean } = {
  broker_url: isText,
  broker_read_url: isText,
  broker_write_url: isText,
  result_backend: isText,
  accept_content: isTexts,
  result_serializer: isText,
  result_accept_content: isTexts,
  task_protocol: (value) => value === 1 || value === 2,
  timezone: isText,
  enable_utc: isFlag,
  task_serializer: isText,
  task_compression: isText,
  task_default_delivery_mode: (value) => isNumber(value) || isText(value),
  task_default_priority: isNumber,
  task_inherit_parent_priority: isFlag,
  task_default_queue: isText,
  task_default_exchange: isText,
  task_default_exchange_type: isText,
  task_default_routing_key: isText,
  task_queues: (value) => isObject(value) || Array.isArray(value),
  task_routes: (value) => isObject(value) || Array.isArray(value) || typeof value === 'function',
  task_create_missing_queues: isFlag,
  task_create_missing_queue_exchange_type: isText,
  task_ignore_result: isFlag,
  task_allow_error_cb_on_chord_header: isFlag,
  task_send_sent_event: isFlag,
  event_exchange: isText,
  event_serializer: isText,
  control_exchange: isText,
  task_publish_retry: isFlag,
  task_publish_retry_policy: isObject,
  result_expires: isNumber,
  result_cache_max: isNumber,
  result_backend_always_retry: isFlag,
  result_backend_max_retries: (value) => isNumber(value) || value === 'inf',
  result_backend_base_sleep_between_retries_ms: isNumber,
  result_backend_max_sleep_between_retries_ms: isNumber,
  result_chord_join_timeout: isNumber,
  broker_connection_retry: isFlag,
  broker_connection_max_retries: isNumber,
  broker_connection_timeout: isNumber,
  broker_failover_strategy: isText,
  broker_use_ssl: (value) => isFlag(value) || isObject(value),
  redis_backend_use_ssl: (value) => isFlag(value) || isObject(value),
  redis_host: isText,
  redis_port: isCount,
  redis_db: isCount,
  redis_username: isText,
  redis_password: isText,
  redis_socket_timeout: isNumber,
  redis_retry_on_timeout: isFlag,
  redis_socket_connect_timeout: isNumber,
  broker_transport_options: isObject,
  result_backend_transport_options: isObject,
}

/** Names that are not listed above belong to somebody else (the worker, beat) and are left alone. null is the default, but for what may be null. */
export function settingsFrom(conf: Readonly<Record<string, unknown>>): Settings {
  const changes = Object.entries(kinds).flatMap(([name, isRight]) => {
    const value = name.endsWith('_url') ? oneUrl(conf[name]) : conf[name]
    if (value === undefined || (value === null && !mayBeNull(name))) return []
    if (value !== null && !isRight(value)) throw wrongSetting(name, value)
    return [[name, value] as const]
  })
  const policy = {
    ...defaultSettings.task_publish_retry_policy,
    ...(conf.task_publish_retry_policy as object | undefined),
  }
  // Each value has the kind that its name asks for.
  return { ...defaultSettings, ...Object.fromEntries(changes), task_publish_retry_policy: policy } as Settings
}

/** Those for which None is no default, but says that there is no limit. */
const nullable: ReadonlySet<string> = new Set([
  'result_expires',
  'result_cache_max',
  'broker_connection_max_retries',
  'redis_socket_timeout',
])

/** Several brokers may be a list, or one text with `;` between them. */
function oneUrl(value: unknown): unknown {
  return isTexts(value) ? (value as readonly string[]).join(';') : value
}

function mayBeNull(name: string): boolean {
  return defaultSettings[name as keyof Settings] === null || nullable.has(name)
}

function wrongSetting(name: string, value: unknown): ImproperlyConfigured {
  const expected = JSON.stringify(defaultSettings[name as keyof Settings])
  return new ImproperlyConfigured(
    `the setting ${name} is ${pythonRepr(value as WireValue)}, expected a value like its default ${expected}`,
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}
function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}
function isCount(value: unknown): boolean {
  return isNumber(value) || (isText(value) && /^\d+$/.test(String(value)))
}
function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
