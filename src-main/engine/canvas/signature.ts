/**
 * A signature is plain wire data: a call that is not made yet. Whoever sends it takes it apart into name, arguments and
 * options. Celery: celery/canvas.py Signature; PROTOCOL.md 2.4
 */
import type { Signature } from '../message/envelope.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

export interface SignatureParts {
  readonly args?: readonly WireValue[]
  readonly kwargs?: WireObject
  readonly options?: WireObject
  /** As Python's `si()`: the result of the task before is not put in front of the arguments. */
  readonly immutable?: boolean
}

export function signature(task: string, parts: SignatureParts = {}): Signature {
  return {
    task,
    args: parts.args ?? [],
    kwargs: parts.kwargs ?? {},
    options: parts.options ?? {},
    subtask_type: null,
    immutable: parts.immutable ?? false,
  }
}
