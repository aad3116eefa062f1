/**
 * What the log says about a message that cannot be run, in Celery's words, with the message shown as Python shows it.
 * Celery: celery/worker/consumer/consumer.py (UNKNOWN_FORMAT, UNKNOWN_TASK_ERROR, INVALID_TASK_ERROR, MESSAGE_DECODE_ERROR)
 */
import type { Envelope } from '../../message/envelope.js'
import { PyTagged, type WireObject } from '../../serialization/wire-value.js'
import { pythonRepr, reprString } from '../../serialization/python-repr.js'
import { parseJson } from '../../serialization/json.js'

const protocolUrl = 'https://docs.celeryq.dev/en/latest/internals/protocol.html'
const shownAtMost = 1024

export function unknownTaskWords(taskName: string, envelope: Envelope): string {
  return `Received unregistered task of type ${reprString(taskName)}.
The message has been ignored and discarded.

Did you remember to import the module containing this task?
Or maybe you're using relative imports?

Please see
${protocolUrl}
for more information.

The full contents of the message body was:
${bodyWords(envelope)}

The full contents of the message headers:
${pythonRepr(envelope.headers)}

The delivery info for this task is:
${deliveryWords(envelope)}`
}

export function invalidTaskWords(reason: string, envelope: Envelope): string {
  return `Received invalid task message: ${reason}
The message has been ignored and discarded.

Please ensure your message conforms to the task
message protocol as described here:
${protocolUrl}

The full contents of the message body was:
${bodyWords(envelope)}
`
}

export function unknownMessageWords(envelope: Envelope): string {
  return `Received and deleted unknown message.  Wrong destination?!?

The full contents of the message body was: body: ${decodedWords(envelope)} (${bodyBytes(envelope).length}b)
{content_type:${reprString(envelope['content-type'])} content_encoding:${reprString(envelope['content-encoding'])}
  delivery_info:${deliveryWords(envelope)} headers=${pythonRepr(envelope.headers)}}
`
}

export function undecodableWords(reason: string, envelope: Envelope): string {
  const { 'content-type': type, 'content-encoding': encoding, headers } = envelope
  const about = `[type:${reprString(type)} encoding:${reprString(encoding)} headers:${pythonRepr(headers)}]`
  return `Can't decode message body: DecodeError(${reason}) ${about}\n\nbody: ${bodyWords(envelope)}`
}

/** Celery's worker exits here; ours drops the message and says so (docs/DIFFERENCES.md). */
export function malformedWords(reason: string, envelope: Envelope): string {
  return `Received malformed task message: ${reason}
The message has been discarded. (A Celery worker exits over it, and so does the next one that takes it.)

The full contents of the message body was:
${bodyWords(envelope)}

The full contents of the message headers:
${pythonRepr(envelope.headers)}`
}

/** A list item that is not even an envelope. */
export function unreadableWords(queue: string, reason: string, raw: string): string {
  return `Received an item in queue ${reprString(queue)} that is no message: ${reason}
It has been set aside. (A Celery worker exits over it.)

The full contents of the item was:
${truncated(reprString(raw))} (${Buffer.byteLength(raw)}b)`
}

function bodyWords(envelope: Envelope): string {
  const bytes = bodyBytes(envelope)
  return `${truncated(pythonRepr(new PyTagged('base64', bytes.toString('base64'))))} (${bytes.length}b)`
}

function decodedWords(envelope: Envelope): string {
  try {
    return truncated(pythonRepr(parseJson(bodyBytes(envelope).toString('utf8'))))
  } catch {
    return bodyWords(envelope) // not JSON: shown as it is
  }
}

function bodyBytes(envelope: Envelope): Buffer {
  return Buffer.from(envelope.body, envelope.properties.body_encoding === 'base64' ? 'base64' : 'utf8')
}

function deliveryWords(envelope: Envelope): string {
  return pythonRepr(envelope.properties.delivery_info as unknown as WireObject) // read from JSON: wire values only
}

function truncated(text: string): string {
  return text.length > shownAtMost ? `${text.slice(0, shownAtMost - 3)}...` : text
}
