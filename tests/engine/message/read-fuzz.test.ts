/** Whatever lies in a queue or under a result key: it is read or refused by kind, and nothing else is thrown. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isErrorOfType } from '../../../src-main/engine/errors.js'
import { readEnvelope } from '../../../src-main/engine/message/read-envelope.js'
import { readTaskMessage } from '../../../src-main/engine/message/read.js'
import { jsonCodec } from '../../../src-main/engine/result-backend/result-codec.js'
import { readResultMeta } from '../../../src-main/engine/result-backend/read-result-meta.js'
import { errorOfMeta } from '../../../src-main/engine/result/remote-error.js'
import { acceptedTypes } from '../../../src-main/engine/serialization/registry.js'
import { stringifyJson } from '../../../src-main/engine/serialization/json.js'
import type { WireValue } from '../../../src-main/engine/serialization/wire-value.js'
import { readRecording } from '../../wire/recording.js'

const numRuns = Number(process.env.FUZZ_RUNS ?? 4000)
const accept = acceptedTypes(['json', 'yaml', 'msgpack', 'application/data'])
const texts = ['publish-only', 'publish-protocol1', 'json-types'].flatMap((folder) =>
  readRecording(`01-basic-5.6.3/${folder}`).messages.map((one) => one.text),
)
const results = readRecording('01-basic-5.6.3/roundtrip').results.map((one) => one.text)

const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value) => stringifyJson(value as WireValue))

/** A recorded text with one value replaced, cut, or characters put in. */
function mutated(from: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      text: fc.constantFrom(...from),
      at: fc.nat(),
      put: fc.oneof(anyJson, fc.string(), fc.constantFrom('', '{', '"', ',', 'NaN', '1e999')),
      cut: fc.nat({ max: 12 }),
      atValue: fc.boolean(),
    })
    .map(({ text, at, put, cut, atValue }) => {
      const values = [
        ...text.matchAll(/(?<=": )("(?:[^"\\]|\\.)*"|null|true|false|-?\d+(?:\.\d+)?|\[[^\][]*\]|\{[^{}]*\})/g),
      ]
      const value = values[at % Math.max(1, values.length)]
      if (atValue && value) return text.slice(0, value.index) + put + text.slice(value.index + value[0].length)
      const place = at % text.length
      return text.slice(0, place) + put + text.slice(place + cut)
    })
}

const withBody = fc
  .record({
    text: fc.constantFrom(...texts),
    body: fc.oneof(
      anyJson,
      fc.string(),
      mutated(['[[1, 2], {"a": 1}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]']),
    ),
  })
  .map(({ text, body }) => text.replace(/"body": "[^"]*"/, `"body": "${Buffer.from(body).toString('base64')}"`))

test('messages', () => {
  const kinds = new Map<string, number>()
  fc.assert(
    fc.property(fc.oneof(mutated(texts), withBody, anyJson, fc.string()), (text) => {
      const found = readEnvelope(text)
      const reading = found.kind === 'unreadable' ? found : readTaskMessage(found.envelope, accept)
      kinds.set(reading.kind, (kinds.get(reading.kind) ?? 0) + 1)
      if ('reason' in reading) expect(reading.reason).not.toBe('')
      if (reading.kind === 'task') {
        const { headers, embed } = reading.message
        expect([typeof headers.task, typeof headers.id, typeof headers.retries, headers.timelimit.length]).toEqual([
          'string',
          'string',
          'number',
          2,
        ])
        expect(Object.keys(embed)).toEqual(['callbacks', 'errbacks', 'chain', 'chord'])
      }
    }),
    { numRuns },
  )
  expect([...kinds.keys()].sort()).toEqual([
    'malformed',
    'not-accepted',
    'task',
    'undecodable',
    'unknown',
    'unreadable',
  ])
})

test('result documents', () => {
  fc.assert(
    fc.property(fc.oneof(mutated(results), anyJson, fc.string()), (text) => {
      try {
        const meta = readResultMeta('id', Buffer.from(text), jsonCodec)
        expect(typeof meta.status).toBe('string')
        expect(errorOfMeta(meta)).toBeInstanceOf(Error)
      } catch (error) {
        if (!isErrorOfType(error, 'DecodeError')) throw error
      }
    }),
    { numRuns },
  )
})
