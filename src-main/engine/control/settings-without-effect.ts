/**
 * Settings of Celery that mean something on Redis and are not followed here: who sets one to something else than its
 * default is told so. docs/SETTINGS.md says of every setting where it stands. Celery: celery/app/defaults.py
 */
import { isObject } from '../message/shapes.js'
import type { Log } from '../ports/log.js'
import { PyFloat, type WireValue } from '../serialization/wire-value.js'
import { celeryDefaults } from './celery-defaults.js'

const byUrl = 'the address of the broker is broker_url alone'
const ownClass = 'classes of Celery itself cannot be replaced'

/** What holds instead. */
export const settingsWithoutEffect: Readonly<Record<string, string>> = {
  broker_host: byUrl,
  broker_password: byUrl,
  broker_port: byUrl,
  broker_transport: byUrl,
  broker_user: byUrl,
  broker_vhost: byUrl,
  task_remote_tracebacks: 'the traceback of a task that failed is a text in its result',
  worker_agent: ownClass,
  worker_autoscaler: ownClass,
  worker_consumer: ownClass,
  worker_lost_wait: 'a task whose process died is ended as soon as the process is gone',
  worker_proc_alive_timeout: 'a pool process may take any time to load the code',
  worker_timer: ownClass,
}

/** The same of `broker_transport_options`, each with its default. Celery: kombu/transport/redis.py, virtual/base.py */
export const transportOptionsWithoutEffect: Readonly<Record<string, readonly [standard: unknown, instead: string]>> = {
  ack_emulation: [true, 'a delivery is kept in Redis until it is acked'],
  body_encoding: ['base64', 'bodies are base64'],
  deadletter_queue: [null, 'a message that reaches no queue is not kept'],
  retry_on_timeout: [null, 'a connection that is silent for too long is given up and made again'],
}

/** One line for each of them that the code has set. */
export function warnOfSettingsWithoutEffect(conf: Readonly<Record<string, unknown>>, log: Pick<Log, 'warning'>): void {
  for (const [name, instead] of Object.entries(settingsWithoutEffect)) {
    const given = conf[name]
    if (given === undefined || given === null || isDefault(name, given)) continue
    log.warning(`The setting ${name} has no effect here: ${instead}.`)
  }
  const given = conf['broker_transport_options'] as WireValue | undefined // came as JSON
  const options = isObject(given) ? given : {}
  for (const [name, [standard, instead]] of Object.entries(transportOptionsWithoutEffect)) {
    const option = options[name] ?? standard
    if (option === standard) continue
    log.warning(`${name} of the setting broker_transport_options has no effect here: ${instead}.`)
  }
}

function isDefault(name: string, given: unknown): boolean {
  const standard = celeryDefaults[name]
  return given === (standard instanceof PyFloat ? standard.value : standard)
}
