/** What a message of protocol 1 says is kept as one of protocol 2 keeps it. */
import { expect, test } from 'vitest'
import type { Envelope } from '../../../src-main/engine/message/envelope.js'
import { readEnvelope } from '../../../src-main/engine/message/read-envelope.js'
import { fromProtocol1 } from '../../../src-main/engine/message/read-protocol1.js'
import { readTaskMessage } from '../../../src-main/engine/message/read.js'
import { parseJson } from '../../../src-main/engine/serialization/json.js'
import { PyFloat } from '../../../src-main/engine/serialization/wire-value.js'

test('time limits with a fraction, or written as one, are limits', () => {
  const body = parseJson('{"task": "t", "id": "1", "args": [], "kwargs": {}, "timelimit": [5.0, 2.5]}')
  expect(fromProtocol1(body, new Uint8Array())?.headers.timelimit).toEqual([new PyFloat(5), 2.5])
})

const read = (text: string) => fromProtocol1(parseJson(text), new Uint8Array())

test('arguments that are left out are none, as in Celery', () => {
  expect(read('{"task": "t", "id": "1"}')).toMatchObject({ args: [], kwargs: {} })
  expect(read('{"task": "t", "id": "1", "args": [1]}')).toMatchObject({ args: [1], kwargs: {} })
})

test('keyword arguments that are no mapping are refused in the words of Celery', () => {
  const body = Buffer.from('{"task": "t", "id": "1", "args": [], "kwargs": [1]}')
  const envelope = envelopeOf(body)
  expect(readTaskMessage(envelope, new Set(['application/json']))).toMatchObject({
    kind: 'not-accepted',
    reason: 'Task keyword arguments must be a mapping',
  })
})

test('an eta that is no text is judged by whoever reads times, not passed over', () => {
  expect(read('{"task": "t", "id": "1", "args": [], "kwargs": {}, "eta": 5}')?.headers.eta).toBe(5)
})

function envelopeOf(body: Buffer): Envelope {
  const reading = readEnvelope(
    JSON.stringify({
      body: body.toString('base64'),
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      headers: {},
      properties: {
        body_encoding: 'base64',
        delivery_tag: 't',
        delivery_info: { exchange: '', routing_key: 'celery' },
      },
    }),
  )
  if (reading.kind === 'unreadable') throw new Error(reading.reason)
  return reading.envelope
}
