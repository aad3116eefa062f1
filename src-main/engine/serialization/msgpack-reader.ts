/** Reads one MessagePack value; what is not complete, goes on after its end, or has no wire value is refused. https://msgpack.org */
import { CeleryError } from '../errors.js'
import { objectFromEntries } from './key-order.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'

const deepest = 511

export class MsgpackError extends CeleryError {
  override readonly name: string = 'ValueError'
  override readonly module: string = 'builtins'
}

export class MsgpackReader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  readAll(): WireValue {
    const value = this.read(0)
    if (this.at < this.bytes.length) throw new MsgpackError('unpack(b) received extra data.')
    return value
  }

  private read(depth: number): WireValue {
    if (depth > deepest) throw new MsgpackError('Too nested')
    const first = this.take(1)[0] ?? 0
    if (first < 0x80) return first
    if (first < 0x90) return this.object(first - 0x80, depth)
    if (first < 0xa0) return this.array(first - 0x90, depth)
    if (first < 0xc0) return this.text(first - 0xa0)
    if (first >= 0xe0) return first - 0x100
    return this.readLong(first, depth)
  }

  private readLong(first: number, depth: number): WireValue {
    switch (first) {
      case 0xc0:
        return null
      case 0xc2:
      case 0xc3:
        return first === 0xc3
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return binary(this.take(this.size(first - 0xc4)))
      case 0xca:
        return float(this.take(4).readFloatBE())
      case 0xcb:
        return float(this.take(8).readDoubleBE())
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.size(first - 0xcc)
      case 0xcf:
        return whole(this.take(8).readBigUInt64BE())
      case 0xd0:
        return this.take(1).readInt8()
      case 0xd1:
        return this.take(2).readInt16BE()
      case 0xd2:
        return this.take(4).readInt32BE()
      case 0xd3:
        return whole(this.take(8).readBigInt64BE())
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.size(first - 0xd9))
      case 0xdc:
      case 0xdd:
        return this.array(this.size(first - 0xdc + 1), depth)
      case 0xde:
      case 0xdf:
        return this.object(this.size(first - 0xde + 1), depth)
      default:
        throw new MsgpackError(`the type 0x${first.toString(16)} (an extension) is no value of a message`)
    }
  }

  private array(length: number, depth: number): WireValue {
    const items: WireValue[] = []
    for (let n = 0; n < length; n++) items.push(this.read(depth + 1))
    return items
  }

  private object(length: number, depth: number): WireObject {
    const entries: [string, WireValue][] = []
    for (let n = 0; n < length; n++) {
      const key = this.read(depth + 1)
      if (typeof key !== 'string')
        throw new MsgpackError(`${typeof key} is not allowed for map key when strict_map_key=True`)
      entries.push([key, this.read(depth + 1)])
    }
    return objectFromEntries(entries)
  }

  private text(length: number): string {
    const bytes = this.take(length)
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw new MsgpackError('a text is not UTF-8')
    }
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  private size(power: number): number {
    return this.take(2 ** power).readUIntBE(0, 2 ** power)
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new MsgpackError('Unpack failed: incomplete input')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value
}

function whole(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** As kombu tags bytes in JSON: as text when they are UTF-8. */
function binary(bytes: Buffer): PyTagged {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes)
    ? new PyTagged('bytes', text)
    : new PyTagged('base64', bytes.toString('base64'))
}
