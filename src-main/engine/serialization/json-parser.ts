/**
 * JSON as Python reads it: NaN and Infinity, integers of any size, `2.0` apart from `2`, the first control character
 * refused, errors in Python's words. JSON.parse refuses the first, rounds the second and merges the third.
 * CPython: Modules/_json.c, Lib/json/decoder.py; kombu's tags: kombu/utils/json.py object_hook
 */
import { JSONDecodeError } from '../errors.js'
import { objectFromEntries } from './key-order.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from './wire-value.js'

/** Python's own limit is its recursion limit of 1000, minus what is already on its stack. */
const deepest = 980
/** As Python (sys.int_info.str_digits_check): longer integers take quadratic time to read. */
const mostIntegerDigits = 4300

const taggedTypes: ReadonlySet<string> = new Set(['datetime', 'date', 'time', 'decimal', 'uuid', 'bytes', 'base64'])
const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

export class JsonParser {
  private readonly text: string
  private at = 0
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  parse(): WireValue {
    if (this.text.charCodeAt(0) === 0xfeff) throw this.error('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0)
    this.skipSpace()
    const value = this.value()
    this.skipSpace()
    if (this.at !== this.text.length) throw this.error('Extra data', this.at)
    return value
  }

  private value(): WireValue {
    switch (this.text[this.at]) {
      case '"':
        return this.string()
      case '{':
        return this.object()
      case '[':
        return this.array()
      case 'n':
        if (this.skipWord('null')) return null
        break
      case 't':
        if (this.skipWord('true')) return true
        break
      case 'f':
        if (this.skipWord('false')) return false
        break
      case 'N':
        if (this.skipWord('NaN')) return NaN
        break
      case 'I':
        if (this.skipWord('Infinity')) return Infinity
        break
      default:
        if (this.skipWord('-Infinity')) return -Infinity
        return this.number()
    }
    throw this.error('Expecting value', this.at)
  }

  private number(): WireValue {
    numberPattern.lastIndex = this.at
    const match = numberPattern.exec(this.text)
    if (!match) throw this.error('Expecting value', this.at)
    const [digits, fraction, exponent] = match
    this.at = numberPattern.lastIndex
    const value = Number(digits)
    if (fraction === undefined && exponent === undefined) {
      if (Number.isSafeInteger(value)) return value === 0 ? 0 : value // Python's int has no -0
      if (digits.length - (value < 0 ? 1 : 0) > mostIntegerDigits) {
        throw this.error(
          `Exceeds the limit (${mostIntegerDigits} digits) for integer string conversion`,
          this.at - digits.length,
        )
      }
      return BigInt(digits)
    }
    return Number.isInteger(value) ? new PyFloat(value) : value
  }

  private string(): string {
    const { text } = this
    const begin = this.at
    let result = ''
    let from = begin + 1
    for (let i = from; ; i++) {
      const code = text.charCodeAt(i)
      if (code === 0x22) {
        this.at = i + 1
        return result + text.slice(from, i)
      }
      if (Number.isNaN(code)) throw this.error('Unterminated string starting at', begin)
      if (code < 0x20) throw this.error('Invalid control character at', i)
      if (code !== 0x5c) continue
      result += text.slice(from, i)
      const escape = text[i + 1]
      if (escape === undefined) throw this.error('Unterminated string starting at', begin)
      if (escape === 'u') {
        const hex = text.slice(i + 2, i + 6)
        if (i + 6 >= text.length || !/^[0-9a-fA-F]{4}$/.test(hex)) throw this.error('Invalid \\uXXXX escape', i + 1)
        result += String.fromCharCode(Number.parseInt(hex, 16))
        i += 5
      } else {
        const character = escapes[escape]
        if (character === undefined) throw this.error('Invalid \\escape', i)
        result += character
        i += 1
      }
      from = i + 1
    }
  }

  private array(): readonly WireValue[] {
    this.enter('array')
    const items: WireValue[] = []
    this.at++
    this.skipSpace()
    if (this.text[this.at] !== ']') {
      for (;;) {
        items.push(this.value())
        this.skipSpace()
        if (this.text[this.at] === ']') break
        this.expect(',')
      }
    }
    this.at++
    this.depth--
    return items
  }

  private object(): WireValue {
    this.enter('object')
    const entries: [string, WireValue][] = []
    this.at++
    this.skipSpace()
    if (this.text[this.at] !== '}') {
      for (;;) {
        if (this.text[this.at] !== '"') throw this.error('Expecting property name enclosed in double quotes', this.at)
        const key = this.string()
        this.skipSpace()
        this.expect(':')
        entries.push([key, this.value()])
        this.skipSpace()
        if (this.text[this.at] === '}') break
        this.expect(',')
      }
    }
    this.at++
    this.depth--
    return untag(objectFromEntries(entries))
  }

  private expect(delimiter: string): void {
    if (this.text[this.at] !== delimiter) throw this.error(`Expecting '${delimiter}' delimiter`, this.at)
    this.at++
    this.skipSpace()
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  private skipWord(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private enter(what: 'array' | 'object'): void {
    if (++this.depth > deepest) {
      throw this.error(`maximum recursion depth exceeded while decoding a JSON ${what} from a unicode string`, this.at)
    }
  }

  /** Python counts characters, JavaScript UTF-16 units. */
  private error(message: string, at: number): JSONDecodeError {
    const before = this.text.slice(0, at)
    const lastLine = before.slice(before.lastIndexOf('\n') + 1)
    const line = before.split('\n').length
    return new JSONDecodeError(
      `${message}: line ${line} column ${characters(lastLine) + 1} (char ${characters(before)})`,
    )
  }
}

function characters(text: string): number {
  return [...text].length
}

/** kombu's tags, today's `__type__` and the `__bytes__` of 5.2, become PyTagged. */
function untag(object: WireObject): WireValue {
  if (!Object.hasOwn(object, '__type__') && !Object.hasOwn(object, '__bytes__') && !Object.hasOwn(object, '__base64__'))
    return object
  if (Object.keys(object).length !== 2) return object
  const { __type__: type, __value__: value } = object
  if (type !== undefined && value !== undefined) {
    if (typeof type === 'string' && taggedTypes.has(type)) return new PyTagged(type, value)
    throw new JSONDecodeError(`Unsupported type: ${String(type)}`) // As kombu: ValueError
  }
  if ('__bytes__' in object && object.bytes !== undefined) return new PyTagged('bytes', object.bytes)
  if ('__base64__' in object && object.base64 !== undefined) return new PyTagged('base64', object.base64)
  return object
}
