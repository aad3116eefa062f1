/**
 * A stored exception becomes an Error again: Celery's own by their classes, all others by their Python name.
 * Celery: celery/backends/base.py exception_to_python
 */
import * as errors from '../errors.js'
import type { ResultMeta } from '../result-backend/result-meta.js'
import { pythonRepr, pythonStr, PyTuple } from '../serialization/python-repr.js'
import { PyFloat, PyTagged, type WireObject, type WireValue } from '../serialization/wire-value.js'

/** What a task raised somewhere else. `name` is the Python class: `ValueError`. */
export class RemoteError extends Error {
  override readonly name: string
  readonly module: string
  /** exc.args */
  readonly args: readonly WireValue[]
  /** Python's traceback text of where it was raised. */
  readonly remoteTraceback: string | null

  constructor(parts: { name: string; module: string; args: readonly WireValue[]; traceback: string | null }) {
    super(messageOf(parts.args))
    this.name = parts.name
    this.module = parts.module
    this.args = parts.args
    this.remoteTraceback = parts.traceback
  }
}

type ErrorClass = new (message: string) => Error

/** The ones a caller may want to tell apart by class; all are told apart by `name`. */
const known: Readonly<Record<string, ErrorClass>> = {
  TaskRevokedError: errors.TaskRevokedError,
  ChordError: errors.ChordError,
  MaxRetriesExceededError: errors.MaxRetriesExceededError,
  NotRegistered: errors.NotRegistered,
  InvalidTaskError: errors.InvalidTaskError,
  TimeLimitExceeded: errors.TimeLimitExceeded,
  SoftTimeLimitExceeded: errors.SoftTimeLimitExceeded,
  WorkerLostError: errors.WorkerLostError,
  Terminated: errors.Terminated,
  EncodeError: errors.EncodeError,
}

export function errorOfMeta(meta: Pick<ResultMeta, 'result' | 'traceback'>): Error {
  const { result, traceback } = meta
  if (!isException(result)) return new RemoteError({ name: 'Exception', module: 'builtins', args: [result], traceback })
  const name = typeof result.exc_type === 'string' ? result.exc_type : 'Exception'
  const module = typeof result.exc_module === 'string' ? result.exc_module : 'builtins'
  const args = argsOf(result.exc_message)
  const KnownError = Object.hasOwn(known, name) ? known[name] : undefined // a class may be called `constructor`
  if (KnownError && !module.startsWith('builtins')) return new KnownError(messageOf(args))
  return new RemoteError({ name, module, args, traceback })
}

function isException(value: WireValue): value is WireObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject && !(value instanceof PyTagged) && !(value instanceof PyFloat) && 'exc_type' in value
}

/** Celery stores a list; before 4.3 it was the message alone. */
function argsOf(message: WireValue | undefined): readonly WireValue[] {
  if (message === undefined) return []
  return Array.isArray(message) ? (message as readonly WireValue[]) : [message]
}

/** str(exc) */
function messageOf(args: readonly WireValue[]): string {
  const [first] = args
  if (args.length === 0) return ''
  if (args.length > 1 || first === undefined) return pythonRepr(new PyTuple(args))
  return pythonStr(first)
}
