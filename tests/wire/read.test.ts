/** Everything that was recorded is read without loss: parsed and written again it is the same text, byte for byte. */
import { describe, expect, test } from 'vitest'
import type { Envelope } from '../../src-main/engine/message/envelope.js'
import { readEnvelope } from '../../src-main/engine/message/read-envelope.js'
import { readTaskMessage } from '../../src-main/engine/message/read.js'
import { acceptedTypes } from '../../src-main/engine/serialization/registry.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { readText, recordingsOf } from './recording.js'

const accept = acceptedTypes(['json'])

describe.each(['01-basic-5.6.3', '01-basic-5.2.6'])('%s', (tree) => {
  const recordings = recordingsOf(tree)

  test.each(recordings.map((one) => [one.folder, one] as const))(
    '%s: envelopes, bodies and results',
    (_folder, recording) => {
      expect(recording.messages.length).toBeGreaterThan(0)
      for (const { text } of recording.messages) {
        const reading = readEnvelope(text)
        if (reading.kind !== 'envelope') throw new Error(reading.reason)
        expect(stringifyJson(reading.envelope as unknown as WireValue)).toBe(text)
        if (reading.envelope['content-type'] === 'application/json') expectBodyKept(reading.envelope)
      }
      for (const { text } of recording.results) expect(stringifyJson(parseJson(text))).toBe(text)
    },
  )

  test.each(recordings.filter((one) => one.sentTexts.length > 0).map((one) => [one.folder, one] as const))(
    '%s: every JSON text in the command stream',
    (_folder, recording) => {
      for (const text of recording.sentTexts) expect(stringifyJson(parseJson(text))).toBe(text)
    },
  )
})

function expectBodyKept(envelope: Envelope): void {
  const reading = readTaskMessage(envelope, accept)
  if (envelope.properties.delivery_info.exchange === 'celery.pidbox') {
    expect(reading.kind).toBe('unknown')
    return
  }
  if (reading.kind !== 'task') throw new Error(JSON.stringify(reading))
  const { message } = reading
  if (typeof envelope.headers.compression === 'string' || message.protocol === 1) return
  const body = [message.args, message.kwargs, message.embed] as unknown as WireValue
  expect(stringifyJson(body)).toBe(Buffer.from(envelope.body, 'base64').toString('utf8'))
  for (const [name, value] of Object.entries(envelope.headers)) expect(message.headers[name]).toEqual(value)
}

/** What a Celery worker does with each, and what ours says of it. Where Celery exits, ours drops or parks the message. */
const malformed: Readonly<Record<string, string>> = {
  'unknown content-type':
    'not-accepted: Refusing to deserialize untrusted content of type application/x-foo (application/x-foo)',
  'pickle content':
    'not-accepted: Refusing to deserialize untrusted content of type pickle (application/x-python-serialize)',
  'yaml content': 'not-accepted: Refusing to deserialize untrusted content of type yaml (application/x-yaml)',
  'body is not json':
    "undecodable: JSONDecodeError('Expecting property name enclosed in double quotes: line 1 column 2 (char 1)')",
  'body is a dict (proto 2)': 'malformed: the body is not a list, expected [args, kwargs, embed]',
  'body list of 1': 'malformed: the body is a list of 1, expected [args, kwargs, embed]',
  'no id header': 'malformed: the header id is missing or empty, expected a task id',
  'id null': 'malformed: the header id is missing or empty, expected a task id',
  'no task header': 'unknown',
  'no headers': 'unknown',
  'headers null': 'unknown',
  'protocol 1, no id': 'unknown',
  'not a task message: plain json body': 'unknown',
  'bad base64': 'unreadable: the body is not base64',
  'no delivery_tag': 'unreadable: no delivery_tag',
  'minimal properties': 'unreadable: no exchange in delivery_info',
  'no properties': 'unreadable: no delivery_tag',
  'envelope without body key': 'unreadable: no body',
  'envelope is a json list': 'unreadable: JSON, but not an object',
  'envelope not json': 'unreadable: not JSON: Expecting value: line 1 column 1 (char 0)',
  'binary garbage': 'unreadable: not JSON: Expecting value: line 1 column 1 (char 0)',
}

describe('15-malformed-5.6.3', () => {
  const cases = parseJson(readText('15-malformed-5.6.3/cases.json')) as readonly { case: string; pushed: string }[]

  test.each(cases.map((one) => [one.case, one.pushed]))('%s', (name, pushed) => {
    expect(describeReading(pushed)).toBe(malformed[name] ?? 'task')
  })

  test('every case of the table was recorded', () => {
    const recorded = cases.map((one) => one.case)
    expect(Object.keys(malformed).filter((name) => !recorded.includes(name))).toEqual([])
  })
})

function describeReading(pushed: string): string {
  const found = readEnvelope(pushed)
  if (found.kind === 'unreadable') return `unreadable: ${found.reason}`
  const reading = readTaskMessage(found.envelope, accept)
  return 'reason' in reading ? `${reading.kind}: ${reading.reason}` : reading.kind
}
