/**
 * A request as others see it: what `inspect active` and `inspect reserved` show, and what its task-received event says.
 * Celery: celery/worker/request.py (info), celery/worker/strategy.py (task_message_handler)
 */
import { isoformat } from '../../message/python-time.js'
import { textOrNull } from '../../message/shapes.js'
import { pyFloatOrNull, type WireObject } from '../../serialization/wire-value.js'
import type { Delivery } from '../../transport/channel.js'
import type { ReceivedTask } from './received-task.js'
import { deliveryInfo } from './trace-job.js'

export interface RequestProgress {
  readonly startedAtMs: number | null
  readonly acknowledged: boolean
  readonly workerPid: number | null
}

export function requestInfo(
  { task, delivery, nodename }: { readonly task: ReceivedTask; readonly delivery: Delivery; readonly nodename: string },
  { startedAtMs, acknowledged, workerPid }: RequestProgress,
): WireObject {
  return {
    id: task.taskId,
    name: task.name,
    args: task.message.args,
    kwargs: task.message.kwargs,
    type: task.name,
    hostname: nodename,
    time_start: pyFloatOrNull(startedAtMs === null ? null : startedAtMs / 1000),
    acknowledged,
    delivery_info: deliveryInfo(delivery),
    worker_pid: workerPid,
  }
}

/** As Celery: without a root_id in the message the event has none, and a message of protocol 1 has no reprs. */
export function receivedFields({ name, message, etaMs, expiresMs }: ReceivedTask, { envelope }: Delivery): WireObject {
  const { headers, protocol } = message
  return {
    name,
    args: protocol === 1 ? null : headers.argsrepr,
    kwargs: protocol === 1 ? null : headers.kwargsrepr,
    root_id: textOrNull(envelope.headers.root_id),
    parent_id: headers.parent_id,
    retries: headers.retries,
    eta: etaMs === null ? null : isoformat(etaMs, null),
    expires: expiresMs === null ? null : isoformat(expiresMs, null),
  }
}
