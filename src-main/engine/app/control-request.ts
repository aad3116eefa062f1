/** A control request as running Python code hands it over: JSON text, read into what `Control.broadcast` takes. Celery: celery/app/control.py (broadcast) */
import type { BroadcastOptions } from '../control/broadcast.js'
import { isObject, numberOrNull } from '../message/shapes.js'
import { parseJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

export interface ReadControlRequest {
  readonly method: string
  readonly args: WireObject
  readonly options: BroadcastOptions
}

export function readControlRequest(json: string): ReadControlRequest {
  const request = parseJson(json)
  if (!isObject(request)) throw new TypeError('a control request is a mapping')
  const { method, arguments: args, destination, pattern, matcher, limit, timeout, reply } = request
  return {
    method: String(method),
    args: isObject(args) ? args : {},
    options: {
      destination: Array.isArray(destination) ? (destination as readonly WireValue[]).map(String) : null,
      pattern: typeof pattern === 'string' ? pattern : null,
      matcher: matcher === 'glob' || matcher === 'pcre' ? matcher : null,
      limit: numberOrNull(limit),
      timeoutSeconds: numberOrNull(timeout) ?? 0,
      reply: reply === true,
    },
  }
}
