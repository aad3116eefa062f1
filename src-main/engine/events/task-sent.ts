/** What a producer with `task_send_sent_event` tells of a message it has published. Celery: celery/app/amqp.py (send_sent_event) */
import type { BuiltMessage } from '../message/build.js'
import type { WireObject } from '../serialization/wire-value.js'

export function taskSentFields({ taskId, to, envelope }: BuiltMessage): WireObject {
  const { headers } = envelope
  return {
    uuid: taskId,
    root_id: headers.root_id ?? null,
    parent_id: headers.parent_id ?? null,
    name: headers.task ?? null,
    args: headers.argsrepr ?? null,
    kwargs: headers.kwargsrepr ?? null,
    retries: headers.retries ?? 0,
    eta: headers.eta ?? null,
    expires: headers.expires ?? null,
    queue: to.queue,
    exchange: to.exchange,
    routing_key: to.routingKey,
  }
}
