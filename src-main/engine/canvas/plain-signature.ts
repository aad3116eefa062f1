/** A signature as it came off the wire, with what may be missing filled in. Celery: celery/canvas.py Signature.from_dict */
import type { Signature } from '../message/envelope.js'
import { isObject } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

/** Unknown keys are kept. */
export function plainSignature(sig: Signature): Signature {
  const { args, kwargs, options, subtask_type: type, immutable } = sig as WireObject
  return {
    ...sig,
    args: Array.isArray(args) ? (args as readonly WireValue[]) : [], // isArray does not narrow readonly arrays
    kwargs: isObject(kwargs) ? kwargs : {},
    options: isObject(options) ? options : {},
    subtask_type: typeof type === 'string' ? type : null,
    immutable: immutable === true,
  }
}
