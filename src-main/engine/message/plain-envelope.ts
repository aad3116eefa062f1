/**
 * Envelopes that carry no task: events, control requests and their replies. The body is JSON, of events what
 * `event_serializer` says, with base64 around it.
 * Celery: kombu/messaging.py (Producer.publish), kombu/pidbox.py, celery/events/dispatcher.py
 */
import type { Ids } from '../ports/clock.js'
import { parseJson } from '../serialization/json.js'
import { acceptedTypes, deserialize, serialize } from '../serialization/registry.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { Envelope } from './envelope.js'

export interface PlainMessage {
  readonly body: WireValue
  readonly headers: WireObject
  readonly exchange: string
  readonly routingKey: string
  /** 1 for events and replies, 2 for control requests, as kombu sends them. */
  readonly deliveryMode: 1 | 2
  /** Default: json. */
  readonly serializer?: string
}

export function plainEnvelope(message: PlainMessage, ids: Ids): Envelope {
  const { contentType, contentEncoding, bytes } = serialize(message.body, message.serializer ?? 'json')
  return {
    body: Buffer.from(bytes).toString('base64'),
    'content-encoding': contentEncoding,
    'content-type': contentType,
    headers: message.headers,
    properties: {
      delivery_mode: message.deliveryMode,
      delivery_info: { exchange: message.exchange, routing_key: message.routingKey },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: ids.uuid(),
    },
  }
}

/** Throws when the body is not JSON: whoever listens to a fanout logs that and goes on. */
export function readPlainBody(envelope: Envelope): WireValue {
  const text =
    envelope.properties.body_encoding === 'base64'
      ? Buffer.from(envelope.body, 'base64').toString('utf8')
      : envelope.body
  return parseJson(text)
}

const eventTypes = acceptedTypes(['json', 'yaml', 'msgpack'])

/** Of an event, in whatever serializer of ours its sender has used. Throws ContentDisallowed or DecodeError for any other. */
export function readEventBody(envelope: Envelope): WireValue {
  const encoding = envelope.properties.body_encoding === 'base64' ? 'base64' : 'utf8'
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = envelope
  return deserialize({ contentType, contentEncoding, bytes: Buffer.from(envelope.body, encoding) }, eventTypes)
}
