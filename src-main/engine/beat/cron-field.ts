/**
 * One field of a crontab, `*`, `1,13,30-45,50-59/2`, `mon-fri`, becomes the set of its numbers, with Celery's leniency and
 * Celery's words for what is wrong. Celery: celery/schedules.py crontab_parser, crontab._expand_cronspec
 */
import { reprString } from '../serialization/python-repr.js'

export class ParseException extends Error {
  override readonly name = 'ParseException'
}

/** A number, a pattern, or a list of numbers (Python's set arrives as one). */
export type CronSpec = number | string | readonly number[]

/** `count` numbers from `first` on. */
export interface CronUnit {
  readonly count: number
  readonly first: number
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** In ascending order. */
export function expandCronSpec(spec: CronSpec, unit: CronUnit): readonly number[] {
  const numbers = typeof spec === 'number' ? [spec] : typeof spec === 'string' ? parse(spec, unit) : spec
  const last = unit.first + unit.count - 1
  for (const number of numbers) {
    if (number > last || number < unit.first)
      throw new RangeError(
        `Invalid crontab pattern.  Valid range is ${unit.first}-${last}. '${number}' was found.`, // two spaces, as Celery
      )
  }
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function parse(spec: string, unit: CronUnit): readonly number[] {
  return spec.split(',').flatMap((part) => {
    if (part === '') throw new ParseException('empty part')
    return parsePart(part, unit)
  })
}

/** As Celery: a pattern has to fit the beginning of the part only; what follows is not looked at. */
function parsePart(part: string, unit: CronUnit): readonly number[] {
  const rangeSteps = /^(\w+?)-(\w+)\/(\w+)?/.exec(part)
  if (rangeSteps) return everyNth(rangeSteps[3], () => range(rangeSteps[1] ?? '', rangeSteps[2] ?? '', unit))
  const plainRange = /^(\w+?)-(\w+)/.exec(part)
  if (plainRange) return range(plainRange[1] ?? '', plainRange[2] ?? '', unit)
  const starSteps = /^\*\/(\w+)?/.exec(part)
  if (starSteps) return everyNth(starSteps[1], () => all(unit))
  return part === '*' ? all(unit) : [numberOf(part, unit)]
}

function all({ first, count }: CronUnit): readonly number[] {
  return fromTo(first, first + count - 1)
}

/** `55-5` goes on over the end: 55 … 59, 0 … 5. */
function range(from: string, to: string, unit: CronUnit): readonly number[] {
  const [start, end] = [numberOf(from, unit), numberOf(to, unit)]
  if (end >= start) return fromTo(start, end)
  return [...fromTo(start, unit.first + unit.count - 1), ...fromTo(unit.first, end)]
}

function everyNth(steps: string | undefined, numbers: () => readonly number[]): readonly number[] {
  if (steps === undefined) throw new ParseException('empty filter')
  const among = numbers()
  const step = integerIn(steps)
  if (step === null) throw new RangeError(`invalid literal for int() with base 10: ${reprString(steps)}`)
  if (step === 0) throw new RangeError('slice step cannot be zero')
  return among.filter((_, index) => index % step === 0)
}

function numberOf(text: string, { first, count }: CronUnit): number {
  if (text.startsWith('-')) throw new ParseException('negative numbers not supported')
  const number = integerIn(text) ?? namedNumber(text)
  if (number === null) throw new RangeError(`Invalid weekday literal ${reprString(text)}.`)
  const last = first + count - 1
  if (number > last) throw new RangeError(`Invalid end range: ${number} > ${last}.`)
  if (number < first) throw new RangeError(`Invalid beginning range: ${number} < ${first}.`)
  return number
}

/** What Python's int() takes. */
function integerIn(text: string): number | null {
  return /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : null
}

/** By its first three letters; as Celery, `mar` is 3 in the field of the weekday as well. */
function namedNumber(text: string): number | null {
  const name = text.slice(0, 3).toLowerCase()
  if (months.includes(name)) return months.indexOf(name) + 1
  return weekdays.includes(name) ? weekdays.indexOf(name) : null
}

function fromTo(start: number, end: number): readonly number[] {
  return Array.from({ length: end - start + 1 }, (_, index) => start + index)
}
