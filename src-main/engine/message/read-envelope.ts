/**
 * A list item becomes an envelope, or the reason why it cannot be delivered. Only what a delivery needs is required:
 * a body, a delivery tag and where it came from. A Celery worker exits on each of these; see docs/DIFFERENCES.md.
 * Celery: kombu/transport/virtual/base.py Message.__init__; PROTOCOL.md 15
 */
import { isErrorOfType } from '../errors.js'
import { parseJson } from '../serialization/json.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { Envelope } from './envelope.js'
import { isObject, pyNumberOrNull } from './shapes.js'

export type EnvelopeReading =
  { readonly kind: 'envelope'; readonly envelope: Envelope } | { readonly kind: 'unreadable'; readonly reason: string }

export function readEnvelope(text: string): EnvelopeReading {
  let value: WireValue
  try {
    value = parseJson(text)
  } catch (error) {
    if (!isErrorOfType(error, 'JSONDecodeError')) throw error
    return unreadable(`not JSON: ${error.message}`)
  }
  if (!isObject(value)) return unreadable('JSON, but not an object')
  const { body, headers, properties } = value
  if (typeof body !== 'string') return unreadable('no body')
  if (!isObject(properties)) return unreadable('no properties')
  if (typeof properties.delivery_tag !== 'string' || properties.delivery_tag === '')
    return unreadable('no delivery_tag')
  const info = properties.delivery_info
  if (!isObject(info)) return unreadable('no delivery_info')
  if (typeof info.exchange !== 'string') return unreadable('no exchange in delivery_info')
  if (typeof info.routing_key !== 'string') return unreadable('no routing_key in delivery_info')
  if (properties.body_encoding === 'base64' && !isBase64(body)) return unreadable('the body is not base64')
  // Every field that the type names was looked at above, or is filled in here.
  return {
    kind: 'envelope',
    envelope: {
      ...value,
      body,
      'content-encoding': textOr(value['content-encoding'], 'utf-8'),
      'content-type': textOr(value['content-type'], ''),
      headers: isObject(headers) ? headers : {},
      properties: {
        ...properties,
        delivery_info: { ...info, exchange: info.exchange, routing_key: info.routing_key },
        priority: pyNumberOrNull(properties.priority) ?? 0,
        delivery_tag: properties.delivery_tag,
      } as Envelope['properties'],
    },
  }
}

function unreadable(reason: string): EnvelopeReading {
  return { kind: 'unreadable', reason }
}

function textOr(value: WireValue | undefined, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

/** As Python's b64decode: characters outside the alphabet are skipped, but the padding must fit. */
function isBase64(text: string): boolean {
  const digits = text.replace(/[^A-Za-z0-9+/=]/g, '')
  return digits.length % 4 === 0 && /^[^=]*={0,2}$/.test(digits)
}
