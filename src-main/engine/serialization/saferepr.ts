/**
 * Celery's bounded repr: `argsrepr` and `kwargsrepr` of a message (1024 characters), results in log lines.
 * It differs from Python's repr on purpose and by accident (line ends are not escaped, binary data is hex), and we
 * keep both, since tools compare the text. Celery: celery/utils/saferepr.py
 */
import { orderedKeys } from './key-order.js'
import { pythonFloat } from './python-float.js'
import { PyTuple, reprScalar, reprTagged, taggedBytes } from './python-repr.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'

/** celery/app/amqp.py argsrepr_maxsize and kwargsrepr_maxsize */
export const argsreprMaxLength = 1024

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'other'; readonly text: string }

export function saferepr(value: WireValue | PyTuple, maxLength: number | null = null, maxLevels = 3): string {
  let left = maxLength
  let text = ''
  const open: string[] = []
  for (const token of tokens(value, maxLevels, open)) {
    if (left !== null && left <= 0) return `${text}, ...${open.reverse().join('')}`
    const piece = render(token, left, maxLevels)
    text += piece
    if (left !== null) left -= lengthOf(piece)
  }
  return text
}

/** `open` holds the closing brackets still owed; as Celery, the token at which the limit strikes is dropped, bracket or not. */
function* tokens(value: WireValue | PyTuple, maxLevels: number, open: string[]): Generator<Token> {
  const parts = container(value)
  if (!parts) {
    yield leaf(value as Exclude<WireValue, WireObject | readonly WireValue[]> | PyTagged) // containers were sorted out
    return
  }
  if (maxLevels && open.length >= maxLevels) {
    yield { kind: 'other', text: `${parts.start}...${parts.end}` }
    return
  }
  open.push(parts.end)
  yield { kind: 'literal', text: parts.start }
  let first = true
  for (const [key, item] of parts.items) {
    if (!first) yield { kind: 'literal', text: ', ' }
    first = false
    if (key !== null) {
      yield { kind: 'key', text: key }
      yield { kind: 'literal', text: ': ' }
    }
    yield* tokens(item, maxLevels, open)
  }
  open.pop()
  yield { kind: 'literal', text: parts.end }
}

interface Container {
  readonly start: string
  readonly end: string
  readonly items: Iterable<readonly [string | null, WireValue]>
}

function container(value: WireValue | PyTuple): Container | null {
  if (value === null || typeof value !== 'object' || value instanceof PyFloat || value instanceof PyTagged) return null
  if (value instanceof PyTuple) {
    return { start: '(', end: value.items.length === 1 ? ',)' : ')', items: value.items.map((item) => [null, item]) }
  }
  if (Array.isArray(value))
    return { start: '[', end: ']', items: (value as readonly WireValue[]).map((item) => [null, item]) }
  const object = value as WireObject // Array.isArray does not narrow readonly arrays
  return { start: '{', end: '}', items: orderedKeys(object).map((key) => [key, object[key] ?? null]) }
}

function leaf(value: null | boolean | number | bigint | string | PyFloat | PyTagged): Token {
  if (typeof value === 'string') return { kind: 'string', text: value }
  if (value instanceof PyFloat) return { kind: 'other', text: pythonFloat(value.value) }
  if (!(value instanceof PyTagged)) return { kind: 'other', text: reprScalar(value) }
  const bytes = taggedBytes(value)
  return bytes ? { kind: 'bytes', bytes } : { kind: 'other', text: reprTagged(value) }
}

function render(token: Token, left: number | null, maxLevels: number): string {
  switch (token.kind) {
    case 'literal':
      return token.text
    case 'key':
      return saferepr(token.text, left, maxLevels)
    case 'string':
      return `'${truncate(token.text, left).replaceAll("'", "\\'")}'`
    case 'bytes':
      return renderBytes(token.bytes, left)
    case 'other':
      return truncate(token.text, left)
  }
}

function renderBytes(bytes: Uint8Array, left: number | null): string {
  const cut = left !== null && bytes.length > left
  const shown = cut ? bytes.subarray(0, left) : bytes
  return `b'${bytesAsText(shown)}${cut ? '...' : ''}'`
}

function bytesAsText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes).toString('hex') // As Celery: what is not UTF-8 is shown in hex
  }
}

/** Celery: celery/utils/text.py truncate: cuts at the last space before the limit. */
export function truncate(text: string, maxLength: number | null, suffix = '...'): string {
  if (!maxLength || text.length < maxLength) return text
  const characters = [...text]
  if (characters.length < maxLength) return text
  const cut = characters.slice(0, maxLength).join('')
  const space = cut.lastIndexOf(' ')
  return (space < 0 ? cut : cut.slice(0, space)) + suffix
}

/** Python counts characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = text.length
  for (const unit of text) if (unit.length === 2) length--
  return length
}
