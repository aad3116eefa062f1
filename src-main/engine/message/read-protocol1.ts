/**
 * Task messages of Celery 3 and of `task_protocol = 1`: everything is in the body.
 * Celery: celery/worker/strategy.py proto1_to_proto2; PROTOCOL.md 2.5
 */
import type { WireValue } from '../serialization/wire-value.js'
import { isObject, isSignature, readSignatures } from './shapes.js'
import type { TaskMessage } from './task-message.js'

/** Null when the body is not one of protocol 1. */
export function fromProtocol1(body: WireValue, bodyBytes: Uint8Array): TaskMessage | null {
  if (!isObject(body)) return null
  const { task, id, args, kwargs } = body
  if (typeof task !== 'string' || typeof id !== 'string' || args === undefined || kwargs === undefined) return null
  const group = textOf(body.taskset) ?? textOf(body.group)
  const limits = Array.isArray(body.timelimit) ? (body.timelimit as readonly WireValue[]) : []
  return {
    protocol: 1,
    headers: {
      lang: 'py',
      task,
      id,
      shadow: null,
      eta: textOf(body.eta),
      expires: textOf(body.expires),
      group,
      group_index: numberOf(body.group_index),
      retries: numberOf(body.retries) ?? 0,
      timelimit: [numberOf(limits[0]), numberOf(limits[1])],
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

function textOf(value: WireValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function numberOf(value: WireValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
