/**
 * Task messages of Celery 3 and of `task_protocol = 1`: everything is in the body.
 * Celery: celery/worker/strategy.py proto1_to_proto2; PROTOCOL.md 2.5
 */
import type { WireValue } from '../serialization/wire-value.js'
import {
  isObject,
  isSignature,
  numberOrNull,
  readSignatures,
  readTimelimit,
  textOrNull,
  timeAsGiven,
} from './shapes.js'
import type { TaskMessage } from './task-message.js'

/** Null when the body is not one of protocol 1. */
export function fromProtocol1(body: WireValue, bodyBytes: Uint8Array): TaskMessage | null {
  if (!isObject(body)) return null
  const { task, id, args = [], kwargs = {} } = body
  if (typeof task !== 'string' || typeof id !== 'string') return null
  const group = textOrNull(body.taskset) ?? textOrNull(body.group)
  return {
    protocol: 1,
    headers: {
      lang: 'py',
      task,
      id,
      shadow: null,
      eta: timeAsGiven(body.eta),
      expires: timeAsGiven(body.expires),
      group,
      group_index: numberOrNull(body.group_index),
      retries: numberOrNull(body.retries) ?? 0,
      timelimit: readTimelimit(body.timelimit),
      root_id: id,
      parent_id: null,
      argsrepr: '',
      kwargsrepr: '',
      origin: '',
      ignore_result: false,
      replaced_task_nesting: 0,
      stamped_headers: null,
      stamps: {},
      utc: body.utc === true,
    },
    args,
    kwargs,
    embed: {
      callbacks: readSignatures(body.callbacks),
      errbacks: readSignatures(body.errbacks),
      chain: null,
      chord: isSignature(body.chord) ? body.chord : null,
    },
    bodyBytes,
  }
}
