/** The function of a task, or another one that a module exports, called as any function is: no task runs. */
import { argumentsInOrder } from '../engine/app/call-arguments.js'
import { asError, tracebackText } from '../engine/app/raised-error.js'
import type { Task } from '../engine/app/task.js'
import { parseJson, stringifyJson } from '../engine/serialization/json.js'
import { fromWire, toWire } from '../engine/serialization/native-values.js'
import type { BodyAnswer, BodyCall } from '../engine/trace/task-runner.js'

export type Body = (...args: readonly unknown[]) => unknown

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
