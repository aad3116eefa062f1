/** The attributes of a registered task that a call of it starts from. Celery: celery/app/task.py (Task.apply_async, from_config) */
import type { SendOptions } from '../message/send-options.js'

const lent = [
  'queue',
  'routing_key',
  'exchange',
  'priority',
  'expires',
  'serializer',
  'delivery_mode',
  'compression',
  'time_limit',
  'soft_time_limit',
  'ignore_result',
]

export function callDefaults(options: Readonly<Record<string, unknown>>): SendOptions {
  const own = lent.filter((name) => options[name] !== undefined && options[name] !== null)
  return Object.fromEntries(own.map((name) => [name, options[name]])) as SendOptions // by Celery's names on both sides
}
