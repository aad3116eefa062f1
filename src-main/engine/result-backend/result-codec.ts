/**
 * What is stored, as bytes and back: `result_serializer` writes, and only what `result_accept_content` names (without it
 * `accept_content`) is read. Celery: celery/backends/base.py (encode, decode)
 */
import { acceptedTypes, deserialize, serialize, serializerNamed } from '../serialization/registry.js'
import type { WireValue } from '../serialization/wire-value.js'

export interface ResultCodec {
  encode(value: WireValue): Buffer
  /** Throws ContentDisallowed or DecodeError. */
  decode(bytes: Uint8Array): WireValue
}

export function resultCodec(serializer: string, acceptContent: readonly string[]): ResultCodec {
  const accept = acceptedTypes(acceptContent)
  const { contentType, contentEncoding } = serializerNamed(serializer)
  return {
    encode: (value) => Buffer.from(serialize(value, serializer).bytes),
    decode: (bytes) => deserialize({ contentType, contentEncoding, bytes }, accept),
  }
}

export const jsonCodec = resultCodec('json', ['json'])
