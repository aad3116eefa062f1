/**
 * Builds the document that is stored for a task in one of its states; field order and presence as Celery's.
 * Celery: celery/backends/base.py (_get_result_meta, prepare_exception); PROTOCOL.md 6
 */
import { isoformat } from '../message/python-time.js'
import { parseJson } from '../serialization/json.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { readyStates } from '../states.js'
import type { ResultMeta } from './result-meta.js'

export interface ResultSubject {
  readonly taskId: string
  readonly groupId: string | null
  readonly parentId: string | null
  /** With `result_extended`. */
  readonly extended: ExtendedResult | null
}

/** null: nobody knows it of a task that was not run. */
export interface ExtendedResult {
  readonly name: string | null
  readonly argsJson: string
  readonly kwargsJson: string
  readonly worker: string | null
  readonly retries: number | null
  readonly queue: string | null
  readonly stampsJson?: string | null
}

export interface ResultState {
  readonly status: string
  readonly result: WireValue
  readonly traceback: string | null
  readonly children: readonly WireValue[]
  readonly atMs: number
}

export function resultDocument(of: ResultSubject, state: ResultState): ResultMeta {
  return {
    status: state.status,
    result: state.result,
    traceback: state.traceback,
    children: state.children,
    date_done: readyStates.has(state.status) ? isoformat(state.atMs, null) : null,
    ...(of.groupId === null ? {} : { group_id: of.groupId }),
    ...(of.parentId === null ? {} : { parent_id: of.parentId }),
    ...(of.extended === null ? {} : extendedFields(of.extended)),
    task_id: of.taskId,
  }
}

/** An exception as results carry it. */
export function exceptionResult(type: string, module: string, args: readonly WireValue[]): WireValue {
  return { exc_type: type, exc_message: args, exc_module: module }
}

function stamps(json: string | null): WireObject {
  return json === null ? {} : (parseJson(json) as WireObject) // the worker wrote an object there
}

function extendedFields(extended: ExtendedResult): Readonly<Record<string, WireValue>> {
  return {
    name: extended.name,
    args: parseJson(extended.argsJson),
    kwargs: parseJson(extended.kwargsJson),
    worker: extended.worker,
    retries: extended.retries,
    queue: extended.queue,
    ...stamps(extended.stampsJson ?? null),
  }
}
