/**
 * What a TypeScript task threw, in the form in which results carry Python's exceptions: a Python client rebuilds its own
 * class of that name where it has one (`TypeError`, a class of its tasks module), else makes one up, as for any foreign error.
 * Celery: celery/backends/base.py (prepare_exception, exception_to_python)
 */
import { CeleryError, SoftTimeLimitExceeded } from '../errors.js'
import { RemoteError } from '../result/remote-error.js'
import { stringifyJson } from '../serialization/json.js'
import { toWire } from '../serialization/native-values.js'
import { pythonRepr, reprString } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { RaisedError } from '../trace/task-runner.js'
import type { ErrorKind } from './task-options.js'

/** What calls a task's body: the stack below it is ours and of no interest to the task's author. */
const boundary = /\bTask\.call \(|\bceleryTaskBoundary\b/

/** JavaScript's own. The first three exist in Python under the same name; the others are as good as built in. */
const builtIn = new Set([
  ...['TypeError', 'SyntaxError', 'ReferenceError', 'Error', 'RangeError', 'URIError', 'EvalError'],
  ...['AggregateError', 'DOMException', 'AbortError'],
])

export function raisedError(thrown: unknown, taskName: string): RaisedError {
  const error = asError(thrown)
  const args = argsOf(error)
  return {
    excType: kindOf(error),
    excModule: moduleOf(error, taskName),
    excMessageJson: stringifyJson(args),
    repr: `${kindOf(error)}(${args.map(pythonRepr).join(', ')})`,
    tracebackText: tracebackText(error),
  }
}

/** Many error classes never set their `name`. */
export function kindOf(error: Error): string {
  const made = error.constructor.name
  return error.name === 'Error' && made !== '' ? made : error.name
}

/** Anything can be thrown; and a limit that reached the task through an abort signal is still that limit. */
export function asError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(`a value that is no Error was thrown: ${describe(thrown)}`)
  const { cause } = thrown
  if (thrown.name === 'AbortError' && cause instanceof SoftTimeLimitExceeded) return cause
  return thrown
}

export function isOneOf(error: Error, kinds: readonly ErrorKind[]): boolean {
  return kinds.some((kind) => (typeof kind === 'string' ? kindOf(error) === kind : error instanceof kind))
}

/** Stack and causes, ending in a newline. */
export function tracebackText(error: Error): string {
  const parts: string[] = []
  const seen = new Set<unknown>()
  for (let one: unknown = error; one instanceof Error && !seen.has(one); one = one.cause) {
    seen.add(one)
    parts.push(ownFrames(one))
  }
  return `${parts.join('\nCaused by: ')}\n`
}

function ownFrames(error: Error): string {
  const lines = (error.stack ?? `${kindOf(error)}: ${error.message}`).split('\n')
  const at = lines.findIndex((line) => /^\s+at /.test(line) && boundary.test(line))
  const text = (at < 0 ? lines : lines.slice(0, at)).join('\n').trimEnd()
  // V8 wrote the stack's first line when the error was made, before a class could give itself its name.
  return text.replace(/^Error(?=[:\s]|$)/, kindOf(error)).replace(/^(\s+at (?:async )?)RunningTask\./gm, '$1') // its `this`
}

function moduleOf(error: Error, taskName: string): string {
  if ((error instanceof CeleryError || error instanceof RemoteError) && error.module) return error.module
  if (builtIn.has(kindOf(error))) return 'builtins'
  const { module } = error as { module?: unknown }
  if (typeof module === 'string' && module !== '') return module
  return taskName.includes('.') ? taskName.slice(0, taskName.lastIndexOf('.')) : '__main__'
}

/** exc.args: an error of elsewhere keeps its own, any other has its message. */
function argsOf(error: Error): readonly WireValue[] {
  const { args } = error as { args?: unknown }
  if (Array.isArray(args)) return args.map(safely)
  return error.message === '' ? [] : [error.message]
}

/** As Celery: an argument that cannot be stored is replaced by its text. */
function safely(value: unknown): WireValue {
  try {
    return toWire(value)
  } catch {
    return describe(value)
  }
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? reprString(value) : pythonRepr(toWire(value))
  } catch {
    return Object.prototype.toString.call(value)
  }
}
