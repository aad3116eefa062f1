/**
 * JSON as kombu writes and reads it: Python's `json.dumps` to the byte, and its reader's dialect.
 * Everything on the wire goes through these two functions. Celery: kombu/utils/json.py
 */
import { EncodeError } from '../errors.js'
import { JsonParser } from './json-parser.js'
import { orderedKeys } from './key-order.js'
import { pythonFloat } from './python-float.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'

/** A cycle ends here too: Python says `Circular reference detected`. */
const deepest = 980

const plain = /^[ !#-[\]-~]*$/
const special = /["\\]|[^ -~]/g
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Throws JSONDecodeError with Python's message. */
export function parseJson(text: string): WireValue {
  return new JsonParser(text).parse()
}

/** Throws EncodeError for what Python's encoder would refuse. */
export function stringifyJson(value: WireValue): string {
  return write(value, 0)
}

/** A JSON string literal, ASCII only. */
export function quoteJson(text: string): string {
  return plain.test(text) ? `"${text}"` : `"${text.replace(special, escapeUnit)}"`
}

function write(value: WireValue, depth: number): string {
  if (depth > deepest)
    throw new EncodeError('the value is nested too deeply for JSON, or contains itself; nothing was sent')
  switch (typeof value) {
    case 'string':
      return quoteJson(value)
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : jsonFloat(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return writeObject(value, depth)
    default: // only reached from untyped code
      throw new EncodeError(`Object of type ${typeof value} is not JSON serializable; nothing was sent`)
  }
}

function writeObject(value: WireValue & (object | null), depth: number): string {
  if (value === null) return 'null'
  if (isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(', ')}]`
  if (value instanceof PyFloat) return jsonFloat(value.value)
  if (value instanceof PyTagged)
    return `{"__type__": ${quoteJson(value.type)}, "__value__": ${write(value.value, depth + 1)}}`
  refuseForeign(value)
  const members = orderedKeys(value).map((key) => `${quoteJson(key)}: ${write(value[key] as WireValue, depth + 1)}`)
  return `{${members.join(', ')}}`
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return pythonFloat(value)
}

/** Dates, maps and class instances would silently become `{}`. */
function refuseForeign(value: WireObject): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return
  // Objects of another realm (a worker thread's, a test runner's) are plain when their prototype is a root.
  if (Object.getPrototypeOf(prototype) === null) return
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? 'object'
  throw new EncodeError(`Object of type ${name} is not JSON serializable; nothing was sent`)
}

function isArray(value: WireValue): value is readonly WireValue[] {
  return Array.isArray(value)
}

function escapeUnit(unit: string): string {
  return shortEscapes[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
