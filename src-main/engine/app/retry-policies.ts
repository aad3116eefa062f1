/** How often a client tries again while the broker is away, as the settings and the call's own options say. */
import type { SendOptions } from '../message/send-options.js'
import type { RetryOverTimePolicy } from '../transport/retry-over-time.js'
import type { Settings } from './settings.js'

/** A message over a link that was there: by default 3 more times within 0.6 s; null: one attempt only. */
export function publishPolicy(settings: Settings, { retry, retry_policy }: SendOptions): RetryOverTimePolicy | null {
  if (!(retry ?? settings.task_publish_retry)) return null
  return { ...settings.task_publish_retry_policy, ...(retry_policy as Partial<RetryOverTimePolicy> | null | undefined) }
}

/**
 * A link that is not there: tried after 2 and 4 more seconds, as after `broker_connection_timeout` (4 s) it is not tried again.
 * The options of `broker_transport_options` say otherwise. Celery: kombu/connection.py _extract_failover_opts, default_channel
 */
export function connectPolicy(settings: Settings): RetryOverTimePolicy {
  const { broker_transport_options: options, broker_connection_timeout } = settings
  return {
    max_retries: options.max_retries ?? null,
    interval_start: options.interval_start ?? 2,
    interval_step: options.interval_step ?? 2,
    interval_max: options.interval_max ?? 30,
    timeout: options.connect_retries_timeout ?? broker_connection_timeout,
  }
}
