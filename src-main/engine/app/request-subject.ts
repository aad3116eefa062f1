/**
 * Whose result a running task stores by itself (`update_state`), as far as its request tells: without one, the id alone.
 * Celery: celery/backends/base.py (_get_result_meta)
 */
import { isObject, textOrNull } from '../message/shapes.js'
import { stringifyJson } from '../serialization/json.js'
import type { WireObject } from '../serialization/wire-value.js'
import type { ResultSubject } from '../result-backend/result-document.js'

export function requestSubject(taskId: string, request: WireObject, resultExtended: boolean): ResultSubject {
  const { task, args = [], kwargs = {}, hostname, retries, delivery_info: delivery } = request
  const extended = {
    name: textOrNull(task) ?? '',
    argsJson: stringifyJson(args),
    kwargsJson: stringifyJson(kwargs),
    worker: textOrNull(hostname) ?? '',
    retries: typeof retries === 'number' ? retries : 0,
    queue: isObject(delivery) ? textOrNull(delivery.routing_key) : null,
  }
  return {
    taskId,
    groupId: textOrNull(request.group),
    parentId: textOrNull(request.parent_id),
    extended: resultExtended && typeof task === 'string' ? extended : null,
  }
}
