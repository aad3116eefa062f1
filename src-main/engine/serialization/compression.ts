/**
 * Compression of a serialized body, named in `headers.compression`. zlib is what Node brings; the other algorithms
 * that kombu knows are refused by name. Celery: kombu/compression.py
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { DecodeError, EncodeError } from '../errors.js'

interface Compression {
  readonly contentType: string
  readonly names: readonly string[]
  compress(bytes: Uint8Array): Uint8Array
  decompress(bytes: Uint8Array): Uint8Array
}

/** A small message can inflate to fill all memory. */
const largestBodyBytes = 256 * 1024 * 1024

const compressions: readonly Compression[] = [
  {
    contentType: 'application/x-gzip', // As kombu: the name says gzip, the format is zlib's
    names: ['zlib', 'gzip'],
    compress: (bytes) => deflateSync(bytes),
    decompress: (bytes) => inflateSync(bytes, { maxOutputLength: largestBodyBytes }),
  },
]

export function compress(
  bytes: Uint8Array,
  name: string,
): { readonly bytes: Uint8Array; readonly contentType: string } {
  const found = compressions.find((one) => one.names.includes(name) || one.contentType === name)
  if (!found)
    throw new EncodeError(`compression ${name} is not available here, expected zlib or gzip; nothing was sent`)
  return { bytes: found.compress(bytes), contentType: found.contentType }
}

export function decompress(bytes: Uint8Array, contentType: string): Uint8Array {
  const found = compressions.find((one) => one.contentType === contentType || one.names.includes(contentType))
  if (!found) throw new DecodeError(`the body is compressed as ${contentType}, expected application/x-gzip`)
  try {
    return found.decompress(bytes)
  } catch (error) {
    throw new DecodeError(`the body does not decompress as ${contentType}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
