/**
 * A value as Celery's JSON carries it, without loss: integers beyond 2^53 are bigint, `2.0` stays a float,
 * NaN and Infinity are numbers, kombu's tagged types are the small classes below.
 * Celery: kombu/utils/json.py
 */
export type WireValue =
  | null
  | boolean
  | string
  /** A Python int within ±2^53, or a float with a fraction, NaN or ±Infinity. */
  | number
  /** A Python int beyond ±2^53. */
  | bigint
  /** A Python float without a fraction, such as `2.0` or `1e16`: JavaScript cannot tell it from an int. */
  | PyFloat
  | PyTagged
  | readonly WireValue[]
  | WireObject

export interface WireObject {
  readonly [key: string]: WireValue
}

export class PyFloat {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A number as Python wrote it: the int 2 or the float `2.0`. */
export type PyNumber = number | PyFloat

export function pyFloatOrNull(value: number | null): PyFloat | null {
  return value === null ? null : new PyFloat(value)
}

/** `{"__type__": type, "__value__": value}`: datetime, date, time, decimal, uuid, bytes, base64. */
export class PyTagged {
  readonly type: string
  readonly value: WireValue
  constructor(type: string, value: WireValue) {
    this.type = type
    this.value = value
  }
}
