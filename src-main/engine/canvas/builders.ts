/**
 * Signatures of several tasks, as plain wire data: what `app.apply` sends. A group that is followed by something is a
 * chord when it is sent. Celery: celery/canvas.py (chain, group, chord, xmap, xstarmap, chunks)
 */
import type { Signature } from '../message/envelope.js'
import type { WireValue } from '../serialization/wire-value.js'
import { signature } from './signature.js'

/** Each step gets the result of the step before it, in front of its own arguments. */
export function chain(...steps: readonly Signature[]): Signature {
  return { ...signature('celery.chain', { kwargs: { tasks: steps } }), subtask_type: 'chain' }
}

/** Sent at the same time. */
export function group(members: readonly Signature[]): Signature {
  return { ...signature('celery.group', { kwargs: { tasks: members } }), subtask_type: 'group' }
}

/** The body is called with the list of what the header's tasks returned. */
export function chord(header: readonly Signature[], body: Signature): Signature {
  return { ...signature('celery.chord', { kwargs: { kwargs: {}, header, body } }), subtask_type: 'chord' }
}

/** One message: the task is called with each item, in one process. */
export function map(task: Signature, items: readonly WireValue[]): Signature {
  return signature('celery.map', { kwargs: { task, it: items }, immutable: true })
}

/** As map; each item is the list of a call's arguments. */
export function starmap(task: Signature, items: readonly (readonly WireValue[])[]): Signature {
  return signature('celery.starmap', { kwargs: { task, it: items }, immutable: true })
}

/** A group of starmaps of `size` items each. */
export function chunks(task: Signature, items: readonly (readonly WireValue[])[], size: number): Signature {
  if (!(Number.isInteger(size) && size > 0))
    throw new TypeError(`chunks of ${size} items, expected a whole number above 0`)
  const parts = Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
  return group(parts.map((part) => starmap(task, part)))
}
