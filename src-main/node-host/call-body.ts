/**
 * The function of a task, or another one that a module exports, called here and now, as any function is: nothing is sent, and no task
 * runs. Who calls it knows it by its name, and its arguments and what it returns travel as JSON text in kombu's dialect.
 */
import { argumentsInOrder } from '../engine/app/call-arguments.js'
import { asError, tracebackText } from '../engine/app/raised-error.js'
import type { Task } from '../engine/app/task.js'
import { parseJson, stringifyJson } from '../engine/serialization/json.js'
import { fromWire, toWire } from '../engine/serialization/native-values.js'

export interface BodyCall {
  /** A task's name, or `module.exportedName`. */
  readonly name: string
  readonly argsJson: string
  readonly kwargsJson: string
}

export type BodyAnswer =
  | { readonly ok: true; readonly resultJson: string }
  /** With its stack and its causes. */
  | { readonly ok: false; readonly tracebackText: string }

type Body = (...args: readonly unknown[]) => unknown

/** Functions of a module by `module.exportedName`; its tasks are known to their app. */
export function exportedFunctions(module: string, exports: unknown): readonly (readonly [string, Body])[] {
  return Object.entries(exports ?? {}).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'function' ? [[`${module}.${name}`, value as Body] as const] : [],
  )
}

/** Never rejects: what the function threw is part of the answer. */
export async function callBody(
  { name, argsJson, kwargsJson }: BodyCall,
  known: { readonly tasks: ReadonlyMap<string, Task>; readonly functions: ReadonlyMap<string, Body> },
): Promise<BodyAnswer> {
  try {
    const args = fromWire(parseJson(argsJson)) as readonly unknown[] // by_name.py gives a list …
    const kwargs = fromWire(parseJson(kwargsJson)) as Readonly<Record<string, unknown>> // … and a dict
    const result = await called(name, args, kwargs, known)
    return { ok: true, resultJson: stringifyJson(toWire(result)) }
  } catch (thrown) {
    return { ok: false, tracebackText: tracebackText(asError(thrown)) }
  }
}

function called(
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  { tasks, functions }: Parameters<typeof callBody>[1],
): unknown {
  const task = tasks.get(name)
  if (task !== undefined) return task.run(...(argumentsInOrder(task.callable, args, kwargs) as readonly never[]))
  const body = functions.get(name)
  if (body === undefined) throw new Error(`there is no ${name} in these modules`)
  return body(...argumentsInOrder({ name, required: body.length, params: null }, args, kwargs))
}
