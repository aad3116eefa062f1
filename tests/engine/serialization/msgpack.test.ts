/** Our MessagePack against the specification's examples, and against an implementation of somebody else. */
import { decode, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMsgpack, stringifyMsgpack } from '../../../src-main/engine/serialization/msgpack.js'
import { PyFloat, PyTagged, type WireValue } from '../../../src-main/engine/serialization/wire-value.js'

const known: readonly (readonly [WireValue, string])[] = [
  [null, 'c0'],
  [[true, false], '92c3c2'],
  [[0, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295], '98007fcc80ccffcd0100cdffffce00010000ceffffffff'],
  [[-1, -32, -33, -128, -129, -32_768, -32_769], '97ffe0d0dfd080d1ff7fd18000d2ffff7fff'],
  [[2 ** 53 - 1, 2n ** 64n - 1n, -(2n ** 63n)], '93cf001fffffffffffffcfffffffffffffffffd38000000000000000'],
  [[2, new PyFloat(2), 0.5], '9302cb4000000000000000cb3fe0000000000000'],
  [{ compact: true, schema: 0 }, '82a7636f6d70616374c3a6736368656d6100'],
  [['æ', new PyTagged('bytes', 'hi'), new PyTagged('base64', '/wA=')], '93a2c3a6c4026869c402ff00'],
]

test.each(known)('%o', (value, hex) => {
  expect(Buffer.from(stringifyMsgpack(value)).toString('hex')).toBe(hex)
  expect(parseMsgpack(Buffer.from(hex, 'hex'))).toStrictEqual(value)
})

const key = fc.string().filter((text) => text !== '__proto__') // the other implementation refuses that one
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    ...[fc.constantFrom(null, true, false), fc.integer(), fc.maxSafeInteger(), fc.string({ maxLength: 300 })],
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(key, tie('value'), { maxKeys: 20, noNullPrototype: true }),
  ),
}))

test('what we write others read, and what others write we read', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(decode(stringifyMsgpack(value as WireValue))).toEqual(value)
      expect(parseMsgpack(encode(value))).toEqual(value)
    }),
    { numRuns: 500 },
  )
})

test('what is cut, goes on, or has no value here is refused, and nothing else is thrown', () => {
  for (const hex of ['', '92c3', 'c0c0', 'd6ff00000000', 'c1', '8101c0', 'a1ff', 'dfffffffff'])
    expect(() => parseMsgpack(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ name: 'ValueError' }) as Error,
    )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parseMsgpack(bytes)
      } catch (error) {
        expect((error as Error).name).toBe('ValueError')
      }
    }),
    { numRuns: 2000 },
  )
})

test('what Python would not pack is refused', () => {
  expect(() => stringifyMsgpack([2n ** 64n])).toThrow('Integer value out of range')
  expect(() => stringifyMsgpack([new PyTagged('datetime', '2030-01-02T03:04:05')])).toThrow(
    "can not serialize 'datetime'",
  )
})
