/** Reads the values that stand behind options; what is wrong is said in click's words. Celery: celery/bin/base.py */
import { InvalidArgumentError } from 'commander'
import { parseIsoTime } from '../message/python-time.js'
import { isObject } from '../message/shapes.js'
import { isLogLevel, type LogLevel } from '../ports/log-record.js'
import { parseJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

export function integerOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a valid integer.`)
  return Number(text)
}

export function floatOf(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError(`'${text}' is not a valid float.`)
  return value
}

export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `--autoscale`: `10,3`, `3,10` or `10`. */
export function autoscaleOf(text: string): { readonly max: number; readonly min: number } {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length > 2)
    throw new InvalidArgumentError(`Expected two comma separated integers or one integer. Got ${parts.length} instead.`)
  if (!parts.every((part) => /^[+-]?\d+$/.test(part)))
    throw new InvalidArgumentError(
      parts.length === 1
        ? `Expected an integer. Got '${text}' instead.`
        : `Expected two comma separated integers. Got '${text}' instead.`,
    )
  const [first = 0, second = 0] = parts.map(Number)
  return { max: Math.max(first, second), min: Math.min(first, second) }
}

export function jsonListOf(text: string): readonly WireValue[] {
  const value = jsonOf(text)
  if (!Array.isArray(value)) throw new InvalidArgumentError(`${text} is not an array.`)
  return value as readonly WireValue[]
}

export function jsonObjectOf(text: string): WireObject {
  const value = jsonOf(text)
  if (!isObject(value)) throw new InvalidArgumentError(`${text} is not an object.`)
  return value
}

export function dateOf(text: string): string {
  if (parseIsoTime(text) === null) throw new InvalidArgumentError(`${text} is not a valid ISO 8601 date.`)
  return text
}

export function dateOrSecondsOf(text: string): string | number {
  return /^[+-]?\d+(\.\d*)?$/.test(text) ? Number(text) : dateOf(text)
}

export function logLevelOf(text: string): LogLevel {
  const upper = text.toUpperCase()
  if (upper === 'FATAL') return 'CRITICAL'
  if (!isLogLevel(upper))
    throw new InvalidArgumentError(`'${text}' is not one of 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL', 'FATAL'.`)
  return upper
}

/** `-n`: `w1@%h`; %h is the host, %n its name, %d its domain. Celery: celery/utils/nodenames.py */
export function nodenameOf(given: string | null, hostname: string): string {
  const [name, domain] = splitOnce(hostname, '.')
  const [node, host] = given?.includes('@') ? splitOnce(given, '@') : ['celery', given ?? '']
  const full = `${node || 'celery'}@${host || hostname}`
  const parts: Readonly<Record<string, string>> = { h: hostname, n: name, d: domain, '%': '%' }
  return full.replace(/%([hnd%])/g, (whole, letter: string) => parts[letter] ?? whole)
}

function splitOnce(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function jsonOf(text: string): WireValue {
  try {
    return parseJson(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}
