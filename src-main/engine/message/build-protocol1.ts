/** The body of `task_protocol = 1`: one object, no headers. Celery: celery/app/amqp.py as_task_v1 */
import type { WireObject } from '../serialization/wire-value.js'
import type { PreparedCall } from './prepare-call.js'

export function protocol1Body(call: PreparedCall, utc: boolean): WireObject {
  const { options } = call
  const group = options.group_id ?? null
  return {
    task: call.name,
    id: call.taskId,
    args: call.args,
    kwargs: call.kwargs,
    group,
    group_index: options.group_index ?? null,
    retries: options.retries ?? 0,
    eta: call.eta,
    expires: call.expires,
    utc,
    callbacks: call.callbacks,
    errbacks: call.errbacks,
    timelimit: [options.time_limit ?? null, options.soft_time_limit ?? null],
    taskset: group,
    chord: options.chord ?? null,
  }
}
