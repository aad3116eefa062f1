/** An envelope as a worker finds it, with the headers that a test is about. */
import type { Envelope } from '../../src-main/engine/message/envelope.js'
import { readEnvelope } from '../../src-main/engine/message/read-envelope.js'

export function taskEnvelope(headers: object): Envelope {
  const reading = readEnvelope(
    JSON.stringify({
      body: Buffer.from('[[], {}, {}]').toString('base64'),
      'content-encoding': 'utf-8',
      'content-type': 'application/json',
      headers,
      properties: {
        delivery_info: { exchange: '', routing_key: 'celery' },
        priority: 0,
        body_encoding: 'base64',
        delivery_tag: 'tag-1',
      },
    }),
  )
  if (reading.kind !== 'envelope') throw new Error(reading.reason)
  return reading.envelope
}
