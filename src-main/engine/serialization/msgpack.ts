/**
 * Bodies as MessagePack, as Python's msgpack writes and reads them with `use_bin_type=True, raw=False`. Written here, since
 * the libraries for JavaScript read `2.0` and `2` as the same number and Python's tasks do not. https://msgpack.org
 * Celery: kombu/serialization.py register_msgpack
 */
import { EncodeError } from '../errors.js'
import { orderedKeys } from './key-order.js'
import { taggedBytes } from './python-repr.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'
import { MsgpackReader } from './msgpack-reader.js'

/** As Python's packer. */
const deepest = 511

export function parseMsgpack(bytes: Uint8Array): WireValue {
  return new MsgpackReader(bytes).readAll()
}

export function stringifyMsgpack(value: WireValue): Uint8Array {
  const parts: Buffer[] = []
  write(value, 0, parts)
  return Buffer.concat(parts)
}

function write(value: WireValue, depth: number, parts: Buffer[]): void {
  if (depth > deepest) throw new EncodeError('recursion limit exceeded; nothing was sent')
  if (value === null) parts.push(Buffer.of(0xc0))
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xc3 : 0xc2))
  else if (typeof value === 'string') writeSized(textHeads, Buffer.from(value, 'utf8'), parts)
  else if (typeof value === 'bigint') parts.push(wholeNumber(value))
  else if (typeof value === 'number')
    parts.push(Number.isSafeInteger(value) ? wholeNumber(BigInt(value)) : float(value))
  else if (value instanceof PyFloat) parts.push(float(value.value))
  else if (value instanceof PyTagged) writeTagged(value, parts)
  else if (Array.isArray(value))
    writeArray(value as readonly WireValue[], depth, parts) // isArray does not narrow readonly arrays
  else writeObject(value as WireObject, depth, parts)
}

function writeArray(items: readonly WireValue[], depth: number, parts: Buffer[]): void {
  parts.push(head(items.length, { small: [0x90, 15], 16: 0xdc, 32: 0xdd }))
  for (const item of items) write(item, depth + 1, parts)
}

function writeObject(value: WireObject, depth: number, parts: Buffer[]): void {
  const keys = orderedKeys(value)
  parts.push(head(keys.length, { small: [0x80, 15], 16: 0xde, 32: 0xdf }))
  for (const key of keys) {
    write(key, depth + 1, parts)
    write(value[key] as WireValue, depth + 1, parts) // one of its own keys
  }
}

function writeTagged(value: PyTagged, parts: Buffer[]): void {
  const bytes = taggedBytes(value)
  if (bytes === null) throw new EncodeError(`can not serialize '${value.type}' object as msgpack; nothing was sent`)
  writeSized({ 8: 0xc4, 16: 0xc5, 32: 0xc6 }, Buffer.from(bytes), parts)
}

/** The first byte for each width of the size; `small`: a size that fits into the first byte itself. */
interface Heads {
  readonly small?: readonly [base: number, largest: number]
  readonly 8?: number
  readonly 16: number
  readonly 32: number
}

const textHeads: Heads = { small: [0xa0, 31], 8: 0xd9, 16: 0xda, 32: 0xdb }

function writeSized(heads: Heads, bytes: Buffer, parts: Buffer[]): void {
  parts.push(head(bytes.length, heads), bytes)
}

function head(size: number, heads: Heads): Buffer {
  if (heads.small && size <= heads.small[1]) return Buffer.of(heads.small[0] + size)
  if (heads[8] !== undefined && size <= 0xff) return Buffer.of(heads[8], size)
  if (size <= 0xffff) return numbered(heads[16], 2, (bytes) => bytes.writeUInt16BE(size, 1))
  return numbered(heads[32], 4, (bytes) => bytes.writeUInt32BE(size, 1))
}

/** The shortest form. */
function wholeNumber(value: bigint): Buffer {
  if (value >= 0n) {
    if (value < 0x80n) return Buffer.of(Number(value))
    if (value <= 0xffn) return Buffer.of(0xcc, Number(value))
    if (value <= 0xffffn) return numbered(0xcd, 2, (bytes) => bytes.writeUInt16BE(Number(value), 1))
    if (value <= 0xffffffffn) return numbered(0xce, 4, (bytes) => bytes.writeUInt32BE(Number(value), 1))
    if (value < 2n ** 64n) return numbered(0xcf, 8, (bytes) => bytes.writeBigUInt64BE(value, 1))
  } else {
    if (value >= -0x20n) return Buffer.of(0x100 + Number(value))
    if (value >= -0x80n) return numbered(0xd0, 1, (bytes) => bytes.writeInt8(Number(value), 1))
    if (value >= -0x8000n) return numbered(0xd1, 2, (bytes) => bytes.writeInt16BE(Number(value), 1))
    if (value >= -0x80000000n) return numbered(0xd2, 4, (bytes) => bytes.writeInt32BE(Number(value), 1))
    if (value >= -(2n ** 63n)) return numbered(0xd3, 8, (bytes) => bytes.writeBigInt64BE(value, 1))
  }
  throw new EncodeError(`Integer value out of range: ${value} does not fit into 64 bits; nothing was sent`)
}

function float(value: number): Buffer {
  return numbered(0xcb, 8, (bytes) => bytes.writeDoubleBE(value, 1))
}

function numbered(first: number, width: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(1 + width)
  bytes[0] = first
  fill(bytes)
  return bytes
}
