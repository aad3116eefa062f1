/**
 * A request as others see it: what `inspect active` and `inspect reserved` show, and what its task-received event says.
 * Celery: celery/worker/request.py (info), celery/worker/strategy.py (task_message_handler)
 */
import { isoformat } from '../../message/python-time.js'
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

export function receivedFields({ name, message, etaMs, expiresMs }: ReceivedTask): WireObject {
  const { headers } = message
  return {
    name,
    args: headers.argsrepr,
    kwargs: headers.kwargsrepr,
    root_id: headers.root_id,
    parent_id: headers.parent_id,
    retries: headers.retries,
    eta: etaMs === null ? null : isoformat(etaMs, null),
    expires: expiresMs === null ? null : isoformat(expiresMs, null),
  }
}
