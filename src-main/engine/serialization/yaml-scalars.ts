/**
 * Which plain scalars of YAML are what in Python, by the rules of YAML 1.1 as PyYAML has them: `yes` is true but `y` is a
 * text, `1e5` is a text and `1.0e+5` a float, `017` is 15. Both ways, without loss. PyYAML: yaml/resolver.py, representer.py
 */
import type { ScalarTag } from 'yaml'
import { taggedBytes } from './python-repr.js'
import { pythonFloat } from './python-float.js'
import { PyFloat, PyTagged } from './wire-value.js'

const core = (name: string): string => `tag:yaml.org,2002:${name}`

const nothing: ScalarTag = {
  tag: core('null'),
  default: true,
  test: /^(?:~|null|Null|NULL|)$/,
  identify: (value) => value === null,
  resolve: () => null,
  stringify: () => 'null',
}

const bool: ScalarTag = {
  tag: core('bool'),
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  identify: (value) => typeof value === 'boolean',
  resolve: (text) => /^(?:yes|true|on)$/i.test(text),
  stringify: ({ value }) => String(value),
}

const int: ScalarTag = {
  tag: core('int'),
  default: true,
  test: /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  identify: (value) => typeof value === 'bigint' || Number.isSafeInteger(value),
  resolve: readInt,
  stringify: ({ value }) => String(value),
}

const float: ScalarTag = {
  tag: core('float'),
  default: true,
  test: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  identify: (value) => typeof value === 'number' || value instanceof PyFloat,
  resolve: readFloat,
  stringify: ({ value }) => writeFloat(value instanceof PyFloat ? value.value : (value as number)), // identified above
}

/** A date, or a date with a time of day. */
const timestamp: ScalarTag = {
  tag: core('timestamp'),
  default: true,
  test: /^\d{4}-\d\d-\d\d$|^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::\d\d)?))?$/,
  identify: (value) => value instanceof PyTagged && (value.type === 'datetime' || value.type === 'date'),
  resolve: readTimestamp,
  stringify: ({ value }) => String((value as PyTagged).value).replace('T', ' '), // identified above
}

const binary: ScalarTag = {
  tag: core('binary'),
  identify: (value) => value instanceof PyTagged && taggedBytes(value) !== null,
  resolve: (text) => new PyTagged('base64', text.replace(/\s/g, '')),
  stringify: ({ value }) => JSON.stringify(Buffer.from(taggedBytes(value as PyTagged) ?? []).toString('base64')),
}

/** YAML 1.1's value key. PyYAML knows the tag, so a text like it needs quotes, and safe_load constructs nothing for it. */
const valueKey: ScalarTag = {
  tag: core('value'),
  default: true,
  test: /^=$/,
  identify: () => false,
  resolve: (text, onError) => {
    onError(`could not determine a constructor for the tag '${core('value')}'`)
    return text
  },
}

export const pythonScalars: readonly ScalarTag[] = [nothing, bool, int, float, timestamp, binary, valueKey]

function readInt(text: string): number | bigint {
  const sign = text.startsWith('-') ? -1n : 1n
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '')
  const size = digits.includes(':')
    ? sixties(digits).reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
  const value = sign * size
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function readFloat(text: string): number | PyFloat {
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase()
  if (digits === '.inf') return sign * Infinity
  if (digits === '.nan') return NaN
  const size = sixties(digits).reduce((sum, part) => sum * 60 + Number(part), 0)
  const value = sign * size
  return Number.isInteger(value) ? new PyFloat(value) : value
}

/** `190:20:30`: hours, minutes and seconds. */
function sixties(digits: string): readonly string[] {
  return digits.split(':')
}

/** As PyYAML: a mantissa without a point would be a text. */
function writeFloat(value: number): string {
  const text = pythonFloat(value)
  if (text === 'nan' || text.endsWith('inf')) return text.replace(/(nan|inf)$/, '.$1')
  return text.includes('.') ? text : text.replace('e', '.0e')
}

function readTimestamp(text: string): PyTagged {
  const [, year = '', month = '', day = '', hour = '', minute, second, fraction, zone] =
    (timestamp.test as RegExp).exec(text) ?? []
  if (year === '') return new PyTagged('date', text)
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0')
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const clock = `${hour.padStart(2, '0')}:${minute}:${second}${micros === '000000' ? '' : `.${micros}`}`
  return new PyTagged('datetime', `${date}T${clock}${zone === undefined ? '' : offset(zone)}`)
}

function offset(zone: string): string {
  if (zone === 'Z') return '+00:00'
  const [hours = '', minutes = '00'] = zone.slice(1).split(':')
  return `${zone.charAt(0)}${hours.padStart(2, '0')}:${minutes}`
}
