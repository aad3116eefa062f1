/**
 * Small readers for what the window sends: `unknown` in, a typed value out, or BadInput saying which field was wrong.
 * command-readers.ts puts them together, one reader a command.
 */
export class BadInput extends Error {}

export type Reader<T> = (value: unknown, where: string) => T

export function text(longest: number): Reader<string> {
  return (value, where) => {
    if (typeof value !== 'string') throw new BadInput(`${where}: expected a text, found ${nameOf(value)}`)
    if (value.length > longest) throw new BadInput(`${where}: at most ${longest} characters, found ${value.length}`)
    return value
  }
}

export function whole(least: number, most: number): Reader<number> {
  return (value, where) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw new BadInput(`${where}: expected a whole number from ${least} to ${most}, found ${nameOf(value)}`)
    }
    return value
  }
}

/** A number from 0 to 1. */
export const share: Reader<number> = (value, where) => {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new BadInput(`${where}: expected a number from 0 to 1, found ${nameOf(value)}`)
  return value
}

export const yesNo: Reader<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw new BadInput(`${where}: expected true or false, found ${nameOf(value)}`)
  return value
}

export function oneOf<const T extends string>(choices: readonly T[]): Reader<T> {
  return (value, where) => {
    const found = choices.find((choice) => choice === value)
    if (found === undefined)
      throw new BadInput(`${where}: expected one of ${choices.join(', ')}, found ${nameOf(value)}`)
    return found
  }
}

export function list<T>(item: Reader<T>, longest: number): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new BadInput(`${where}: expected a list, found ${nameOf(value)}`)
    if (value.length > longest) throw new BadInput(`${where}: at most ${longest} entries, found ${value.length}`)
    return value.map((entry: unknown, index) => item(entry, `${where}[${index}]`))
  }
}

/** Any JSON object, kept as it is, up to a size: for what main only stores. */
export function jsonObject(longest: number): Reader<Readonly<Record<string, unknown>>> {
  return (value, where) => {
    if (!isPlainObject(value)) throw new BadInput(`${where}: expected an object, found ${nameOf(value)}`)
    const json = JSON.stringify(value)
    if (json.length > longest)
      throw new BadInput(`${where}: at most ${longest} characters as JSON, found ${json.length}`)
    return JSON.parse(json) as Record<string, unknown> // just written from an object
  }
}

type Shape = Readonly<Record<string, Reader<unknown>>>
type Read<S extends Shape> = { readonly [K in keyof S]: S[K] extends Reader<infer T> ? T : never }

/** Every field must be there and none besides. */
export function fields<S extends Shape>(shape: S): Reader<Read<S>> {
  return (value, where) => readFields(shape, value, where, true) as Read<S> // every key of the shape was read
}

/** Fields may be left out; none besides. */
export function someFields<S extends Shape>(shape: S): Reader<Partial<Read<S>>> {
  return (value, where) => readFields(shape, value, where, false) as Partial<Read<S>> // only keys of the shape were read
}

/** Fields that must be there, and others that may be. */
export function withOptional<T extends object, S extends Shape>(
  needed: Reader<T>,
  optional: S,
): Reader<T & Partial<Read<S>>> {
  return (value, where) => {
    if (!isPlainObject(value)) return needed(value, where) as T & Partial<Read<S>> // refuses it
    const isOptional = (name: string): boolean => Object.hasOwn(optional, name)
    const part = (wanted: boolean): object =>
      Object.fromEntries(Object.entries(value).filter(([name]) => isOptional(name) === wanted))
    return { ...needed(part(false), where), ...someFields(optional)(part(true), where) }
  }
}

function readFields(shape: Shape, value: unknown, where: string, all: boolean): Record<string, unknown> {
  if (!isPlainObject(value)) throw new BadInput(`${where}: expected an object, found ${nameOf(value)}`)
  const stranger = Object.keys(value).find((key) => !Object.hasOwn(shape, key))
  if (stranger !== undefined) throw new BadInput(`${where}: unknown field "${stranger.slice(0, 60)}"`)
  const read: Record<string, unknown> = {}
  for (const [key, reader] of Object.entries(shape)) {
    if (!all && value[key] === undefined) continue
    read[key] = reader(value[key], `${where}.${key}`)
  }
  return read
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `"${value.slice(0, 40)}"`
  if (typeof value === 'number') return String(value)
  return value === undefined ? 'nothing' : `a ${typeof value}`
}
