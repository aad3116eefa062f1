/**
 * `task_queues` as queues: a list of kombu's queues as plain data, of names, or a mapping of names to options, as Celery
 * takes them. What is missing comes from the defaults. Celery: celery/app/amqp.py (add_compat); kombu/entity.py Queue.from_dict
 */
import { ImproperlyConfigured } from '../errors.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { Binding, Exchange, ExchangeType, Queue } from './queue.js'
import { textOrNull } from './shapes.js'

/** An exchange as settings may give it. */
export type ExchangeSetting =
  string | { readonly name?: string; readonly type?: string; readonly delivery_mode?: number | string | null }

export interface QueueSetting {
  readonly name?: string
  readonly exchange?: ExchangeSetting | null
  readonly exchange_type?: string | null
  readonly routing_key?: string | null
  readonly binding_key?: string | null
  readonly bindings?:
    readonly { readonly exchange?: ExchangeSetting | null; readonly routing_key?: string | null }[] | null
  readonly alias?: string | null
  readonly auto_delete?: boolean | null
  /** `x-max-priority` and the like: nothing on Redis reads them. */
  readonly queue_arguments?: unknown
}

export type QueueSettings = readonly (string | QueueSetting)[] | { readonly [name: string]: QueueSetting }

export interface QueueDefaults {
  readonly exchange: string
  readonly exchangeType: string
  readonly routingKey: string
}

type Fields = Readonly<Record<string, unknown>>

export function readQueues(settings: QueueSettings | null, defaults: QueueDefaults): readonly Queue[] {
  if (settings === null) return []
  if (Array.isArray(settings)) return (settings as readonly unknown[]).map((one) => readQueue(one, defaults)) // isArray does not narrow readonly arrays
  return Object.entries(settings as { readonly [name: string]: QueueSetting }).map(([name, options]) =>
    readQueue({ ...options, name, routing_key: options.routing_key ?? options.binding_key ?? name }, defaults),
  )
}

export function readQueue(setting: unknown, defaults: QueueDefaults): Queue {
  const fields = typeof setting === 'string' ? { name: setting } : fieldsOf(setting, 'a queue of task_queues')
  const { name } = fields
  if (typeof name !== 'string' || name === '')
    throw wrong('a queue of task_queues', setting, 'a name or {name, exchange, routing_key}')
  const exchange = readExchange(fields['exchange'], textOrNull(fields['exchange_type']), defaults)
  return {
    name,
    alias: textOrNull(fields['alias']),
    exchange,
    routingKey: textOrNull(fields['routing_key']) || defaults.routingKey,
    bindings: listOf(fields['bindings']).map((binding) => readBinding(binding, defaults)),
    autoDelete: fields['auto_delete'] === true,
  }
}

function readBinding(setting: unknown, defaults: QueueDefaults): Binding {
  const fields = fieldsOf(setting, 'a binding of a queue')
  return {
    exchange: readExchange(fields['exchange'], null, defaults),
    routingKey: textOrNull(fields['routing_key']) ?? '',
  }
}

/** As Celery: a queue without an exchange of its own gets the default one. */
function readExchange(setting: unknown, type: string | null, defaults: QueueDefaults): Exchange {
  const fields = typeof setting === 'string' ? { name: setting } : fieldsOf(setting ?? {}, 'the exchange of a queue')
  const name = textOrNull(fields['name'])
  if (!name) return { name: defaults.exchange, type: typeOf(defaults.exchangeType), deliveryMode: null }
  return {
    name,
    type: typeOf(textOrNull(fields['type']) ?? type ?? 'direct'),
    deliveryMode: modeOf(fields['delivery_mode']),
  }
}

function typeOf(type: string): ExchangeType {
  if (type === 'direct' || type === 'topic' || type === 'fanout') return type
  throw new ImproperlyConfigured(
    `an exchange is of type '${type}', expected direct, topic or fanout: Redis has no other`,
  )
}

function modeOf(mode: unknown): number | null {
  if (typeof mode === 'number') return mode
  if (mode === 'transient') return 1
  return mode === 'persistent' ? 2 : null
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw wrong(what, value, 'a mapping')
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function wrong(what: string, value: unknown, expected: string): ImproperlyConfigured {
  return new ImproperlyConfigured(`${what} is ${pythonRepr(value as WireValue)}, expected ${expected}`)
}
