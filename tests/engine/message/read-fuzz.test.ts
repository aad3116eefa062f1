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
import { anyItem, anyResult, fuzzRuns } from '../../support/mutated.js'

const numRuns = fuzzRuns(4000)
const accept = acceptedTypes(['json', 'yaml', 'msgpack', 'application/data'])

test('messages', () => {
  const kinds = new Map<string, number>()
  fc.assert(
    fc.property(anyItem, (text) => {
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
    fc.property(anyResult, (text) => {
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
