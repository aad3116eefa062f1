/**
 * What a caller may say about a message, by the names of Celery's `apply_async`. Options that Celery does not take for
 * itself travel on as message properties, as they do there. Celery: celery/app/base.py send_task, celery/app/amqp.py
 */
import { parseJson } from '../serialization/json.js'
import { PyFloat, type PyNumber, type PyTagged, type WireObject, type WireValue } from '../serialization/wire-value.js'
import type { Signature } from './envelope.js'
import { isObject } from './shapes.js'

export interface SendOptions {
  readonly task_id?: string
  readonly countdown?: number | null
  /** A Date, an ISO 8601 string, or kombu's tagged datetime. */
  readonly eta?: Date | string | PyTagged | null
  /** Seconds from now, or a time as for eta. */
  readonly expires?: number | Date | string | PyTagged | null
  /** A name, or a queue as plain data. */
  readonly queue?: string | WireObject | null
  readonly exchange?: string | null
  readonly routing_key?: string | null
  /** 0 is the most urgent on Redis. */
  readonly priority?: PyNumber | null
  readonly serializer?: string | null
  readonly compression?: string | null
  readonly delivery_mode?: number | string | null
  readonly headers?: WireObject | null
  readonly shadow?: string | null
  readonly argsrepr?: string
  readonly kwargsrepr?: string
  readonly time_limit?: PyNumber | null
  readonly soft_time_limit?: PyNumber | null
  readonly ignore_result?: boolean
  readonly retry?: boolean
  readonly retry_policy?: WireObject | null
  readonly retries?: number
  readonly reply_to?: string | null
  readonly group_id?: string | null
  readonly group_index?: number | null
  readonly root_id?: string | null
  readonly parent_id?: string | null
  readonly link?: Signature | readonly Signature[] | null
  readonly link_error?: Signature | readonly Signature[] | null
  readonly chain?: readonly Signature[] | null
  readonly chord?: Signature | null
  readonly replaced_task_nesting?: number
  readonly stamped_headers?: readonly string[] | null
  readonly stamps?: WireObject
  readonly [property: string]: WireValue | Date | undefined
}

/** Taken by send_task, send_task_message or Producer.publish; everything else becomes a property of the message. */
const taken: ReadonlySet<string> = new Set([
  ...[
    'task_id',
    'countdown',
    'eta',
    'expires',
    'queue',
    'exchange',
    'exchange_type',
    'routing_key',
    'priority',
    'serializer',
  ],
  ...['compression', 'delivery_mode', 'headers', 'shadow', 'time_limit', 'soft_time_limit', 'ignore_result', 'retry'],
  ...[
    'retry_policy',
    'retries',
    'reply_to',
    'group_id',
    'group_index',
    'root_id',
    'parent_id',
    'link',
    'link_error',
    'chain',
  ],
  ...[
    'chord',
    'replaced_task_nesting',
    'stamped_headers',
    'stamps',
    'add_to_parent',
    'route_name',
    'task_type',
    'declare',
  ],
  ...['producer', 'publisher', 'connection', 'router', 'result_cls', 'event_dispatcher', 'expiration', 'content_type'],
  ...['content_encoding', 'mandatory', 'immediate', 'timeout', 'confirm_timeout'],
])

/** As Celery: argsrepr, kwargsrepr, user_id, app_id, a retry's origin … leak into the properties. */
export function leakingProperties(options: SendOptions): WireObject {
  const stamps = new Set(options.stamped_headers)
  const leaking = Object.entries(options).filter(
    ([name, value]) => !taken.has(name) && !stamps.has(name) && value !== undefined,
  )
  return Object.fromEntries(leaking) as WireObject // Dates occur only under names that are taken
}

/** A stamped signature has its stamps among its options, by the names that `stamped_headers` lists. */
export function stampsOf(options: SendOptions): WireObject {
  const named = (options.stamped_headers ?? []).filter((name) => name in options).map((name) => [name, options[name]])
  return { ...options.stamps, ...(Object.fromEntries(named) as WireObject) } // as for what leaks
}

/**
 * Options as another language wrote them, JSON text of an object. The builder refuses what it cannot put into a message.
 */
export function readSendOptions(json: string): SendOptions {
  const options = parseJson(json)
  if (!isObject(options)) throw new TypeError('the options of a call must be a mapping')
  return withPlainNumbers(options)
}

/** Options that are counted with; all others go out as they were written, a time limit of `2.0` as `2.0`. */
const counted: ReadonlySet<string> = new Set([
  ...['countdown', 'expires', 'retries', 'delivery_mode', 'group_index', 'replaced_task_nesting'],
])

/** A countdown of `2.0` is the number 2 here. */
export function withPlainNumbers(options: WireObject): SendOptions {
  const policy = options.retry_policy
  return {
    ...plainNumbers(options, (name) => counted.has(name)),
    ...(isObject(policy) ? { retry_policy: plainNumbers(policy) } : {}),
  }
}

function plainNumbers(object: WireObject, isCounted = (_name: string): boolean => true): WireObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      value instanceof PyFloat && isCounted(name) ? value.value : value,
    ]),
  )
}
