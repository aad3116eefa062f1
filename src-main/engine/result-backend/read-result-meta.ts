/** A stored document becomes result meta; what another program left out is filled in. Celery: celery/backends/base.py decode_result */
import { DecodeError, isErrorOfType } from '../errors.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from '../serialization/wire-value.js'
import { PENDING } from '../states.js'
import type { ResultCodec } from './result-codec.js'
import type { ResultMeta } from './result-meta.js'

export function pendingMeta(taskId: string): ResultMeta {
  return { status: PENDING, result: null, traceback: null, children: [], date_done: null, task_id: taskId }
}

/** Throws DecodeError for what is not a result document. */
export function readResultMeta(taskId: string, stored: Uint8Array, codec: ResultCodec): ResultMeta {
  const document = readDocument(taskId, stored, codec)
  const { status, result, traceback, children, date_done: dateDone } = document
  if (typeof status !== 'string') throw unreadable(taskId, 'it has no status')
  return {
    ...document,
    status,
    result: result ?? null,
    traceback: typeof traceback === 'string' ? traceback : null,
    children: Array.isArray(children) ? (children as readonly WireValue[]) : [], // isArray does not narrow readonly arrays
    date_done: typeof dateDone === 'string' ? dateDone : null,
    task_id: taskId,
  } as ResultMeta // group_id and parent_id are passed on as found, as strings by everybody who writes them
}

function readDocument(taskId: string, stored: Uint8Array, codec: ResultCodec): WireObject {
  try {
    const value = codec.decode(stored)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      if (!(value instanceof PyTagged) && !(value instanceof PyFloat)) return value as WireObject
    }
  } catch (error) {
    if (isErrorOfType(error, 'DecodeError')) throw unreadable(taskId, error.message)
    throw error
  }
  throw unreadable(taskId, 'it is not an object')
}

function unreadable(taskId: string, why: string): DecodeError {
  return new DecodeError(`the result stored for ${taskId} cannot be read: ${why}`)
}
