/**
 * Errbacks that want (request, exc, traceback): called here, in the process where the task failed. All others are left to
 * the engine, which sends them. Celery: celery/backends/base.py (_call_task_errbacks)
 */
import { ChordError } from '../errors.js'
import { isObject, isSignature } from '../message/shapes.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { fromWire } from '../serialization/native-values.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { errorOfMeta } from '../result/remote-error.js'
import type { TaskOutcome } from '../trace/task-runner.js'
import type { Task } from './task.js'
import { readTaskRequest, type TaskRequest } from './task-request.js'

/** The name under which the trace asks a runner to call errbacks. */
export const errbacksJob = 'lab_host.call_errbacks'

interface Failure {
  readonly request: TaskRequest
  readonly error: Error
  readonly traceback: string | null
}

export class Errbacks {
  private last: Failure | null = null

  /** They are called only after the failed task's result is stored. */
  remember(request: TaskRequest, error: Error, traceback: string): void {
    this.last = request.errbacks === null ? null : { request, error, traceback }
  }

  /** A TaskOutcome whose result are the places of those errbacks that have to be sent. */
  async call(app: { readonly tasks: ReadonlyMap<string, Task> }, kwargsJson: string): Promise<TaskOutcome> {
    const ask = parseJson(kwargsJson)
    const { errbacks, chord, elsewhere } = isObject(ask) ? ask : {}
    const failure = isObject(elsewhere) ? ofWorker(elsewhere) : chord === undefined ? this.last : ofChord(chord)
    const toSend: number[] = []
    for (const [index, errback] of (Array.isArray(errbacks) ? (errbacks as readonly WireValue[]) : []).entries()) {
      const task = isSignature(errback) ? app.tasks.get(errback.task) : undefined
      if (task?.takesException && failure && isSignature(errback)) {
        const own = errback.args.map(fromWire)
        const given = errback.immutable ? own : [failure.request, failure.error, failure.traceback, ...own]
        await task.call(null, given)
      } else toSend.push(index)
    }
    return {
      kind: 'success',
      resultJson: stringifyJson(toSend),
      resultRepr: `[${toSend.join(', ')}]`,
      runtimeSeconds: 0,
    }
  }
}

/** As Celery: a request made up for the body, which never ran. */
function ofChord(chord: WireValue): Failure | null {
  if (!isObject(chord) || typeof chord.id !== 'string') return null
  const request = readTaskRequest('', stringifyJson({ id: chord.id }))
  return { request, error: new ChordError(String(chord.message)), traceback: null }
}

/** The task never began: the worker says how it ended. */
function ofWorker({ request, result, traceback }: WireObject): Failure {
  const text = typeof traceback === 'string' ? traceback : null
  const name = isObject(request) && typeof request.task === 'string' ? request.task : ''
  const error = errorOfMeta({ result: result ?? null, traceback: text })
  return { request: readTaskRequest(name, stringifyJson(request ?? {})), error, traceback: text }
}
