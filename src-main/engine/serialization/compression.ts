/**
 * Compression of a serialized body, named in `headers.compression`: what Node's zlib has of the algorithms that kombu knows.
 * bz2 and lzma are not among them and are refused by name, and zstd where Node is older than 22.15.
 * Celery: kombu/compression.py
 */
import * as zlib from 'node:zlib'
import { DecodeError, EncodeError } from '../errors.js'

interface Compression {
  readonly contentType: string
  readonly names: readonly string[]
  compress(bytes: Uint8Array): Uint8Array
  decompress(bytes: Uint8Array): Uint8Array
}

/** A small message can inflate to fill all memory. */
const largestBodyBytes = 256 * 1024 * 1024
const limited = { maxOutputLength: largestBodyBytes }

/** Of newer Nodes; absent in the types of the oldest that we run on. */
const { zstdCompressSync, zstdDecompressSync } = zlib as {
  readonly zstdCompressSync?: (bytes: Uint8Array, options: { readonly pledgedSrcSize: number }) => Uint8Array
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: typeof limited) => Uint8Array
}

const compressions: readonly Compression[] = [
  {
    contentType: 'application/x-gzip', // As kombu: the name says gzip, the format is zlib's
    names: ['zlib', 'gzip'],
    compress: (bytes) => zlib.deflateSync(bytes),
    decompress: (bytes) => zlib.inflateSync(bytes, limited),
  },
  {
    contentType: 'application/x-brotli',
    names: ['brotli'],
    compress: (bytes) => zlib.brotliCompressSync(bytes),
    decompress: (bytes) => zlib.brotliDecompressSync(bytes, limited),
  },
  ...(zstdCompressSync && zstdDecompressSync
    ? [
        {
          contentType: 'application/zstd',
          names: ['zstd', 'zstandard'],
          // Python's reader wants to know the size before it starts.
          compress: (bytes: Uint8Array) => zstdCompressSync(bytes, { pledgedSrcSize: bytes.length }),
          decompress: (bytes: Uint8Array) => zstdDecompressSync(bytes, limited),
        },
      ]
    : []),
]

const available = compressions.flatMap((one) => one.names).join(', ')

export function compress(
  bytes: Uint8Array,
  name: string,
): { readonly bytes: Uint8Array; readonly contentType: string } {
  const found = compressionFor(name)
  if (!found)
    throw new EncodeError(`compression ${name} is not available here, expected one of ${available}; nothing was sent`)
  return { bytes: found.compress(bytes), contentType: found.contentType }
}

export function decompress(bytes: Uint8Array, contentType: string): Uint8Array {
  const found = compressionFor(contentType)
  if (!found) throw new DecodeError(`the body is compressed as ${contentType}, expected one of ${available}`)
  try {
    return found.decompress(bytes)
  } catch (error) {
    throw new DecodeError(`the body does not decompress as ${contentType}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function compressionFor(name: string): Compression | undefined {
  return compressions.find((one) => one.contentType === name || one.names.includes(name))
}
