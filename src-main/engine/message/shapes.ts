/** Narrowing of decoded values to the shapes that messages are made of; what does not fit reads as absent. */
import { PyFloat, type PyNumber, PyTagged, type WireObject, type WireValue } from '../serialization/wire-value.js'
import type { Embed, Signature } from './envelope.js'

/** Null, `{}` and what is not an object read as nothing embedded. */
export function readEmbed(embed: WireValue): Embed {
  const found = isObject(embed) ? embed : {}
  return {
    callbacks: readSignatures(found.callbacks),
    errbacks: readSignatures(found.errbacks),
    chain: readSignatures(found.chain),
    chord: isSignature(found.chord) ? found.chord : null,
  }
}

export function readSignatures(list: WireValue | undefined): readonly Signature[] | null {
  if (!Array.isArray(list)) return null
  return (list as readonly WireValue[]).filter(isSignature)
}

/** A signature names its task; the rest may be missing, and unknown keys are kept. */
export function isSignature(value: WireValue | undefined): value is Signature {
  return isObject(value) && typeof value.task === 'string'
}

export function isObject(value: WireValue | undefined): value is WireObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof PyTagged) &&
    !(value instanceof PyFloat)
  )
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOrNull(value: unknown): number | null {
  const number = pyNumberOrNull(value)
  return number instanceof PyFloat ? number.value : number
}

/** A hard and a soft time limit in seconds, as the sender wrote them. */
export function readTimelimit(value: WireValue | undefined): readonly [PyNumber | null, PyNumber | null] {
  const [hard, soft] = Array.isArray(value) ? (value as readonly WireValue[]) : [] // isArray does not narrow readonly arrays
  return [pyNumberOrNull(hard), pyNumberOrNull(soft)]
}

export function pyNumberOrNull(value: unknown): PyNumber | null {
  return value instanceof PyFloat || typeof value === 'number' ? value : null
}

/** A time as the sender wrote it. The strategy judges it: one that cannot be read is an InvalidTaskError there. */
export function timeAsGiven(value: WireValue | undefined): string | null {
  return value === undefined ? null : (value as string | null)
}
