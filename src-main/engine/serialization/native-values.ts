/**
 * Values between the wire and TypeScript code that should not have to know Python: a task's arguments and its result.
 * Celery: kombu/utils/json.py
 */
import { EncodeError } from '../errors.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'

/**
 * `2.0` is the number 2, a datetime is a Date, bytes are a Uint8Array, a uuid is its text. What JavaScript has no kind for
 * stays as it is: a bigint beyond 2^53, and decimal, date and time as PyTagged.
 */
export function fromWire(value: WireValue): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof PyFloat) return value.value
  if (value instanceof PyTagged) return fromTagged(value)
  if (Array.isArray(value)) return (value as readonly WireValue[]).map(fromWire) // isArray does not narrow readonly arrays
  return Object.fromEntries(Object.entries(value as WireObject).map(([key, item]) => [key, fromWire(item)]))
}

/** Throws Celery's EncodeError for what JSON cannot carry; `undefined` is Python's None, and is left out of objects. */
export function toWire(value: unknown): WireValue {
  return written(value, 0)
}

/** As deep as the writer goes; a value that contains itself ends here too. */
const deepest = 980

function written(value: unknown, depth: number): WireValue {
  if (depth > deepest) throw new EncodeError('the value is nested too deeply for JSON, or contains itself')
  switch (typeof value) {
    case 'undefined':
      return null
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    case 'object':
      return writtenObject(value, depth)
    default:
      throw notSerializable(typeof value)
  }
}

function writtenObject(value: object | null, depth: number): WireValue {
  if (value === null || value instanceof PyFloat || value instanceof PyTagged) return value
  if (value instanceof Date) return dateTag(value)
  if (value instanceof Uint8Array) return new PyTagged('base64', Buffer.from(value).toString('base64'))
  if (Array.isArray(value)) return value.map((item) => written(item, depth + 1))
  if ('toJSON' in value && typeof value.toJSON === 'function') return written(value.toJSON(), depth + 1)
  if (!isPlain(value)) throw notSerializable((value.constructor as { name?: string } | undefined)?.name ?? 'object')
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(members.map(([key, item]) => [key, written(item, depth + 1)]))
}

function dateTag(date: Date): PyTagged {
  if (Number.isNaN(date.getTime())) throw new EncodeError('Invalid Date is not JSON serializable')
  return new PyTagged('datetime', date.toISOString().replace('Z', '+00:00'))
}

/** Also of another realm: a worker thread's, a test runner's. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function notSerializable(name: string): EncodeError {
  return new EncodeError(`Object of type ${name} is not JSON serializable`)
}

function fromTagged(tagged: PyTagged): unknown {
  const { type, value } = tagged
  if (type === 'uuid') return uuidText(value) ?? tagged
  if (typeof value !== 'string') return tagged
  switch (type) {
    case 'datetime': {
      const at = Date.parse(/[zZ]$|[-+]\d\d:?\d\d$/.test(value) ? value : `${value}Z`) // naive is UTC, as Celery reads it
      return Number.isNaN(at) ? tagged : new Date(at)
    }
    case 'bytes':
      return new Uint8Array(Buffer.from(value, 'utf8'))
    case 'base64':
      return new Uint8Array(Buffer.from(value, 'base64'))
    default:
      return tagged
  }
}

/** kombu writes `{"hex": 32 digits}`. */
function uuidText(value: WireValue): string | null {
  if (typeof value !== 'object' || value === null || !('hex' in value) || typeof value.hex !== 'string') return null
  return value.hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
