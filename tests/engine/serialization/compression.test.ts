import { expect, test } from 'vitest'
import { compress, decompress } from '../../../src-main/engine/serialization/compression.js'

const body = Buffer.from('[[1, 2], {}, {}]'.repeat(20))

test.each([
  ['zlib', 'application/x-gzip'],
  ['gzip', 'application/x-gzip'],
  ['brotli', 'application/x-brotli'],
])('%s goes out as %s and comes back', (name, contentType) => {
  const packed = compress(body, name)
  expect(packed.contentType).toBe(contentType)
  expect(packed.bytes.length).toBeLessThan(body.length)
  expect(Buffer.from(decompress(packed.bytes, contentType))).toEqual(body)
})

test('zstd is there where Node has it', () => {
  const hasZstd = 'zstdCompressSync' in process.getBuiltinModule('node:zlib')
  if (!hasZstd) expect(() => compress(body, 'zstd')).toThrow(/zstd is not available/)
  else expect(Buffer.from(decompress(compress(body, 'zstd').bytes, 'application/zstd'))).toEqual(body)
})

test.each(['bzip2', 'application/x-bz2', 'lzma', 'application/x-lzma', 'rot13'])('%s is refused by name', (name) => {
  expect(() => compress(body, name)).toThrow(`compression ${name} is not available here, expected one of zlib, gzip`)
  expect(() => decompress(body, name)).toThrow(`the body is compressed as ${name}, expected one of zlib, gzip`)
})

test('a body that does not decompress is a DecodeError', () => {
  expect(() => decompress(body, 'application/x-gzip')).toThrow(
    expect.objectContaining({
      name: 'DecodeError',
      message: expect.stringContaining('incorrect header check') as string,
    }),
  )
})
