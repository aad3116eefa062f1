/**
 * A value as Python's `repr()` writes it: what learners read in logs, in `argsrepr` and in Celery's own tools.
 * CPython: Objects/unicodeobject.c, Lib/datetime.py
 */
import { orderedKeys } from './key-order.js'
import { pythonFloat } from './python-float.js'
import { stringifyJson } from './json.js'
import { PyFloat, PyTagged, type WireValue } from './wire-value.js'

/** Positional arguments are a tuple in Python and a list on the wire; only a repr shows the difference. */
export class PyTuple {
  readonly items: readonly WireValue[]
  constructor(items: readonly WireValue[]) {
    this.items = items
  }
}

/** Python's str(); of what is not there, None's. */
export function pythonStr(value: WireValue | undefined): string {
  return typeof value === 'string' ? value : pythonRepr(value ?? null)
}

export function pythonRepr(value: WireValue | PyTuple): string {
  if (value instanceof PyTuple) {
    const items = value.items.map(pythonRepr)
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
  }
  if (typeof value === 'string') return reprString(value)
  if (value === null || typeof value !== 'object') return reprScalar(value)
  if (value instanceof PyFloat) return pythonFloat(value.value)
  if (value instanceof PyTagged) return reprTagged(value)
  if (Array.isArray(value)) return `[${(value as readonly WireValue[]).map(pythonRepr).join(', ')}]`
  const object = value as Exclude<typeof value, readonly WireValue[]> // Array.isArray does not narrow readonly arrays
  return `{${orderedKeys(object)
    .map((key) => `${reprString(key)}: ${pythonRepr(object[key] ?? null)}`)
    .join(', ')}}`
}

export function reprScalar(value: null | boolean | number | bigint): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return String(value)
  return Number.isSafeInteger(value) ? String(value) : pythonFloat(value)
}

/** Categories Other and Separator, except the plain space, are what `str.isprintable` refuses. */
const mayNeedEscape = /[\\\p{C}\p{Z}]/u
const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

export function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let body = ''
  for (const character of text) {
    if (character === quote) body += `\\${quote}`
    else if (character === ' ' || !mayNeedEscape.test(character)) body += character
    else body += shortEscapes[character] ?? hexEscape(character)
  }
  return quote + body + quote
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\U${code.toString(16).padStart(8, '0')}`
}

function reprBytes(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes)
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = [...text].map((character) => {
    if (character === quote) return `\\${quote}`
    if (shortEscapes[character] !== undefined) return shortEscapes[character]
    return character >= ' ' && character <= '~' ? character : hexEscape(character)
  })
  return `b${quote}${body.join('')}${quote}`
}

/** The bytes of a `bytes` or `base64` tag; null for other tags. */
export function taggedBytes(value: PyTagged): Uint8Array | null {
  if (typeof value.value !== 'string') return null
  if (value.type === 'bytes') return Buffer.from(value.value, 'utf8')
  return value.type === 'base64' ? Buffer.from(value.value, 'base64') : null
}

/** A tag whose value does not read as its type is shown as the object it is on the wire. */
export function reprTagged(tagged: PyTagged): string {
  const bytes = taggedBytes(tagged)
  if (bytes) return reprBytes(bytes)
  const text = typeof tagged.value === 'string' ? tagged.value : ''
  switch (tagged.type) {
    case 'decimal':
      return `Decimal('${text}')`
    case 'uuid':
      return reprUuid(tagged.value) ?? reprUnknown(tagged)
    case 'date':
      return reprMatch('datetime.date', /^(\d{4})-(\d\d)-(\d\d)$/, text) ?? reprUnknown(tagged)
    case 'time':
      return (
        reprClock('datetime.time', /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3,6}))?)?(Z|[-+].+)?$/, text) ??
        reprUnknown(tagged)
      )
    case 'datetime':
      return (
        reprClock(
          'datetime.datetime',
          /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3,6}))?)?(Z|[-+].+)?$/,
          text,
        ) ?? reprUnknown(tagged)
      )
    default:
      return reprUnknown(tagged)
  }
}

function reprUnknown(tagged: PyTagged): string {
  return `{'__type__': ${reprString(tagged.type)}, '__value__': ${stringifyJson(tagged.value)}}`
}

function reprUuid(value: WireValue): string | null {
  const hex =
    typeof value === 'object' && value !== null && 'hex' in value && typeof value.hex === 'string' ? value.hex : ''
  const match = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex)
  return match && `UUID('${match.slice(1).join('-')}')`
}

function reprMatch(name: string, pattern: RegExp, text: string): string | null {
  const match = pattern.exec(text)
  return match && `${name}(${match.slice(1).map(Number).join(', ')})`
}

/** Seconds and microseconds are left out when they and all after them are zero; the time zone comes last. */
function reprClock(name: string, pattern: RegExp, text: string): string | null {
  const match = pattern.exec(text)
  if (!match) return null
  const groups = match.slice(1)
  const zone = groups.pop()
  const microseconds = (groups.pop() ?? '').padEnd(6, '0')
  const seconds = groups.pop() ?? '0'
  const numbers = [...groups.map(Number), Number(seconds), Number(microseconds)]
  while (numbers.length > groups.length && numbers.at(-1) === 0) numbers.pop()
  return `${name}(${numbers.join(', ')}${zone === undefined ? '' : `, tzinfo=${reprZone(zone)}`})`
}

function reprZone(zone: string): string {
  const match = /^([-+])(\d\d):?(\d\d)(?::(\d\d))?/.exec(zone)
  if (!match) return 'datetime.timezone.utc'
  const [, sign, hours, minutes, seconds] = match
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0)
  const offset = sign === '-' ? -size : size
  if (offset === 0) return 'datetime.timezone.utc'
  const days = Math.floor(offset / 86400) // Python keeps the seconds of a timedelta positive
  const rest = offset - days * 86400
  const parts = [days ? `days=${days}` : '', rest ? `seconds=${rest}` : ''].filter(Boolean)
  return `datetime.timezone(datetime.timedelta(${parts.join(', ')}))`
}
