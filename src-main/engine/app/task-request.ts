/**
 * `self.request`: what the worker knows about this call, in wire spelling, as it came with the job.
 * Celery: celery/app/task.py Context
 */
import { isObject, numberOrNull, readEmbed, readTimelimit, textOrNull } from '../message/shapes.js'
import { parseJson } from '../serialization/json.js'
import type { PyNumber, WireObject, WireValue } from '../serialization/wire-value.js'
import type { Embed } from '../message/envelope.js'
import type { ParentTask } from '../message/prepare-call.js'

export interface TaskRequest extends Embed {
  readonly id: string
  readonly task: string
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly retries: number
  readonly root_id: string
  readonly parent_id: string | null
  readonly group: string | null
  readonly group_index: number | null
  readonly eta: string | null
  readonly expires: string | null
  /** [hard, soft] seconds */
  readonly timelimit: readonly [PyNumber | null, PyNumber | null]
  readonly shadow: string | null
  /** As the sender shows them. */
  readonly argsrepr: string | null
  readonly kwargsrepr: string | null
  readonly origin: string | null
  readonly reply_to: string | null
  readonly correlation_id: string | null
  readonly hostname: string | null
  /** The caller's own headers. */
  readonly headers: WireObject
  readonly delivery_info: WireObject
  readonly ignore_result: boolean
  readonly replaced_task_nesting: number
  /** Which of its options the sender has stamped it with; null: it is not stamped. */
  readonly stamped_headers: readonly string[] | null
  readonly stamps: WireObject
}

export function readTaskRequest(task: string, requestJson: string): TaskRequest {
  const read = parseJson(requestJson)
  const of: WireObject = isObject(read) ? read : {}
  const id = textOrNull(of.id) ?? ''
  return {
    ...readEmbed(of),
    id,
    task,
    args: Array.isArray(of.args) ? (of.args as readonly WireValue[]) : [], // isArray does not narrow readonly arrays
    kwargs: object(of.kwargs),
    retries: numberOrNull(of.retries) ?? 0,
    root_id: textOrNull(of.root_id) ?? id,
    parent_id: textOrNull(of.parent_id),
    group: textOrNull(of.group),
    group_index: numberOrNull(of.group_index),
    eta: textOrNull(of.eta),
    expires: textOrNull(of.expires),
    timelimit: readTimelimit(of.timelimit),
    shadow: textOrNull(of.shadow),
    argsrepr: textOrNull(of.argsrepr),
    kwargsrepr: textOrNull(of.kwargsrepr),
    origin: textOrNull(of.origin),
    reply_to: textOrNull(of.reply_to),
    correlation_id: textOrNull(of.correlation_id),
    hostname: textOrNull(of.hostname),
    headers: object(of.headers),
    delivery_info: object(of.delivery_info),
    ignore_result: of.ignore_result === true,
    replaced_task_nesting: numberOrNull(of.replaced_task_nesting) ?? 0,
    stamped_headers: Array.isArray(of.stamped_headers)
      ? of.stamped_headers.filter((name) => typeof name === 'string')
      : null,
    stamps: object(of.stamps),
  }
}

/** The task that runs, as the parent of what it sends. */
export function parentOf(request: TaskRequest): ParentTask {
  return { id: request.id, rootId: request.root_id, priority: numberOrNull(request.delivery_info.priority) }
}

function object(value: WireValue | undefined): WireObject {
  return isObject(value) ? value : {}
}
