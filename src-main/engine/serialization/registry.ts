/**
 * Message bodies by content type: which serializer reads and writes it, and whether the app accepts it.
 * pickle is never read nor written: it runs code of whoever sent it.
 * Celery: kombu/serialization.py
 */
import { ContentDisallowed, DecodeError, EncodeError, ImproperlyConfigured, SerializerNotInstalled } from '../errors.js'
import { parseJson, stringifyJson } from './json.js'
import { parseMsgpack, stringifyMsgpack } from './msgpack.js'
import { reprString } from './python-repr.js'
import type { WireValue } from './wire-value.js'
import { parseYaml, stringifyYaml } from './yaml.js'

export interface Serializer {
  readonly name: string
  readonly contentType: string
  readonly contentEncoding: 'utf-8' | 'binary'
  encode(value: WireValue): Uint8Array
  decode(bytes: Uint8Array): WireValue
}

export interface SerializedBody {
  readonly contentType: string
  readonly contentEncoding: string
  readonly bytes: Uint8Array
}

const json: Serializer = {
  name: 'json',
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  encode: (value) => Buffer.from(stringifyJson(value), 'ascii'),
  decode: (bytes) => parseJson(utf8(bytes)),
}

const yaml: Serializer = {
  name: 'yaml',
  contentType: 'application/x-yaml',
  contentEncoding: 'utf-8',
  encode: (value) => Buffer.from(stringifyYaml(value), 'ascii'),
  decode: (bytes) => parseYaml(utf8(bytes)),
}

const msgpack: Serializer = {
  name: 'msgpack',
  contentType: 'application/x-msgpack',
  contentEncoding: 'binary',
  encode: stringifyMsgpack,
  decode: parseMsgpack,
}

const serializers: readonly Serializer[] = [json, yaml, msgpack]

const pickleType = 'application/x-python-serialize'

/** Also the name of the one that is not here, for Celery's message about it. */
const contentTypes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(serializers.map(({ name, contentType }) => [name, contentType])),
  pickle: pickleType,
}

/** As kombu: these two carry no structure, so anybody may send them. */
const trusted: ReadonlySet<string> = new Set(['application/data', 'application/text'])

export function serialize(value: WireValue, name: string): SerializedBody {
  const serializer = serializerNamed(name)
  return {
    contentType: serializer.contentType,
    contentEncoding: serializer.contentEncoding,
    bytes: encode(serializer, value),
  }
}

/** Throws SerializerNotInstalled. */
export function serializerNamed(name: string): Serializer {
  const found = serializers.find((one) => one.name === name || one.contentType === name)
  if (found) return found
  throw new SerializerNotInstalled(
    `No encoder installed for ${name}: this engine writes ${serializers.map((one) => one.name).join(', ')}; nothing was sent`,
  )
}

/** Throws ContentDisallowed or DecodeError, with Celery's texts. */
export function deserialize(body: SerializedBody, accept: ReadonlySet<string>): WireValue {
  const contentType = body.contentType || 'application/data'
  if (contentType === pickleType || (!trusted.has(contentType) && !accept.has(contentType))) {
    throw new ContentDisallowed(
      `Refusing to deserialize untrusted content of type ${nameOf(contentType) ?? contentType} (${contentType})`,
    )
  }
  const serializer = serializers.find((one) => one.contentType === contentType)
  try {
    if (serializer && body.bytes.length > 0) return serializer.decode(body.bytes)
    return utf8(body.bytes) // As kombu: a type nobody decodes stays the text it is
  } catch (error) {
    throw new DecodeError(reprOf(error), { cause: error })
  }
}

/** `accept_content` as content types; it may hold names and types. */
export function acceptedTypes(accept: readonly string[]): ReadonlySet<string> {
  return new Set(accept.map((one) => (one.includes('/') ? one : contentTypeOf(one))))
}

function contentTypeOf(name: string): string {
  return (Object.hasOwn(contentTypes, name) ? contentTypes[name] : null) ?? unknownContent(name)
}

function unknownContent(name: string): never {
  throw new ImproperlyConfigured(
    `accept_content names ${reprString(name)}, expected one of ${Object.keys(contentTypes).join(', ')} or a content type`,
  )
}

function nameOf(contentType: string): string | undefined {
  return Object.keys(contentTypes).find((name) => contentTypes[name] === contentType)
}

function encode(serializer: Serializer, value: WireValue): Uint8Array {
  try {
    return serializer.encode(value)
  } catch (error) {
    if (error instanceof EncodeError) throw error
    throw new EncodeError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** `JSONDecodeError('Expecting value: …')`: how Celery shows the inner error. */
function reprOf(error: unknown): string {
  return error instanceof Error ? `${error.name}(${reprString(error.message)})` : reprString(String(error))
}
