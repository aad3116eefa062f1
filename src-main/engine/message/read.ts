/**
 * An envelope becomes a task message, or a named reason why not. Nothing is assumed of the sender: what a Celery
 * worker forgives is forgiven, and what kills one ("not enough values to unpack") is `malformed` here.
 * Celery: celery/worker/strategy.py, celery/worker/consumer/consumer.py on_task_received; PROTOCOL.md 2.5, 15
 */
import { DecodeError, isErrorOfType } from '../errors.js'
import { decompress } from '../serialization/compression.js'
import { deserialize } from '../serialization/registry.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Envelope, TaskHeaders } from './envelope.js'
import { fromProtocol1 } from './read-protocol1.js'
import { isObject, readEmbed, readTimelimit, textOrNull, timeAsGiven } from './shapes.js'
import type { TaskMessage } from './task-message.js'

export type TaskReading =
  | { readonly kind: 'task'; readonly message: TaskMessage }
  /** Well-formed, but no task: "Received and deleted unknown message.  Wrong destination?!?" */
  | { readonly kind: 'unknown'; readonly body: WireValue; readonly bodyBytes: Uint8Array }
  /** The content type is not in accept_content, or a rule of protocol 1 is broken: "Received invalid task message: …" */
  | { readonly kind: 'not-accepted'; readonly reason: string; readonly bodyBytes: Uint8Array }
  /** "Can't decode message body: …" */
  | { readonly kind: 'undecodable'; readonly reason: string; readonly bodyBytes: Uint8Array }
  /** Decoded, but not the shape of a task. A Celery worker exits here; ours logs the reason and drops the message. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly bodyBytes: Uint8Array }

export function readTaskMessage(envelope: Envelope, accept: ReadonlySet<string>): TaskReading {
  const bodyBytes = bytesOfBody(envelope)
  const headers = isObject(envelope.headers) ? envelope.headers : {}
  let body: WireValue
  try {
    body = decodeBody(envelope, headers, bodyBytes, accept)
  } catch (error) {
    if (isErrorOfType(error, 'ContentDisallowed')) return { kind: 'not-accepted', reason: error.message, bodyBytes }
    if (isErrorOfType(error, 'DecodeError')) return { kind: 'undecodable', reason: error.message, bodyBytes }
    throw error
  }
  if (!('task' in headers)) {
    const message = fromProtocol1(body, bodyBytes)
    if (message === null) return { kind: 'unknown', body, bodyBytes }
    if (isObject(message.kwargs)) return { kind: 'task', message }
    return { kind: 'not-accepted', reason: 'Task keyword arguments must be a mapping', bodyBytes }
  }
  return readProtocol2(headers, body, bodyBytes)
}

function readProtocol2(headers: WireObject, body: WireValue, bodyBytes: Uint8Array): TaskReading {
  const malformed = (reason: string): TaskReading => ({ kind: 'malformed', reason, bodyBytes })
  const { task, id } = headers
  if (typeof task !== 'string') return malformed(`the header task is ${typeof task}, expected a name`)
  if (typeof id !== 'string' || id === '') return malformed('the header id is missing or empty, expected a task id')
  if (!Array.isArray(body)) return malformed('the body is not a list, expected [args, kwargs, embed]')
  const parts = body as readonly WireValue[] // isArray does not narrow readonly arrays
  if (parts.length !== 3) return malformed(`the body is a list of ${parts.length}, expected [args, kwargs, embed]`)
  const [args = null, kwargs = null, embed = null] = parts
  return {
    kind: 'task',
    message: { protocol: 2, headers: fillHeaders(headers, task, id), args, kwargs, embed: readEmbed(embed), bodyBytes },
  }
}

/** Only `task` and `id` are required. A field of the wrong type counts as missing, where Celery carries it along unread. */
function fillHeaders(headers: WireObject, task: string, id: string): TaskHeaders {
  return {
    ...headers,
    task,
    id,
    lang: textOrNull(headers.lang) ?? '',
    shadow: textOrNull(headers.shadow),
    eta: timeAsGiven(headers.eta),
    expires: timeAsGiven(headers.expires),
    group: textOrNull(headers.group),
    group_index: integer(headers.group_index),
    retries: integer(headers.retries) ?? 0,
    timelimit: readTimelimit(headers.timelimit),
    root_id: textOrNull(headers.root_id) ?? id,
    parent_id: textOrNull(headers.parent_id),
    argsrepr: textOrNull(headers.argsrepr) ?? '',
    kwargsrepr: textOrNull(headers.kwargsrepr) ?? '',
    origin: textOrNull(headers.origin) ?? '',
    ignore_result: headers.ignore_result === true,
    replaced_task_nesting: integer(headers.replaced_task_nesting) ?? 0,
    stamped_headers: readNames(headers.stamped_headers),
    stamps: isObject(headers.stamps) ? headers.stamps : {},
  }
}

function decodeBody(
  envelope: Envelope,
  headers: WireObject,
  bytes: Uint8Array,
  accept: ReadonlySet<string>,
): WireValue {
  const { compression } = headers
  const plain = typeof compression === 'string' ? decompress(bytes, compression) : bytes
  return deserialize(
    { contentType: envelope['content-type'], contentEncoding: envelope['content-encoding'], bytes: plain },
    accept,
  )
}

function bytesOfBody(envelope: Envelope): Uint8Array {
  if (typeof envelope.body !== 'string') throw new DecodeError('the envelope has no body') // readEnvelope refuses it first
  return Buffer.from(envelope.body, envelope.properties.body_encoding === 'base64' ? 'base64' : 'utf8')
}

function readNames(value: WireValue | undefined): readonly string[] | null {
  if (!Array.isArray(value)) return null
  return (value as readonly WireValue[]).filter((name): name is string => typeof name === 'string')
}

function integer(value: WireValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}
