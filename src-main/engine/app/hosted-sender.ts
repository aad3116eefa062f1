/**
 * The app inside a pool process' task thread: it asks its process, which holds the connections, over the AppPort that
 * Python uses as well. The other side is app-port.ts.
 */
import { isoformat } from '../message/python-time.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import type { ResultBackend, ResultMeta } from '../result-backend/result-meta.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { PyTuple } from '../serialization/python-repr.js'
import { argsreprMaxLength, saferepr } from '../serialization/saferepr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { AppPort } from '../trace/task-runner.js'

export interface HostedSender {
  publish(call: TaskCall, parent: ParentTask | null): Promise<string>
  readonly backend: ResultBackend
}

export function hostedSender(port: AppPort, timezone: string | null): HostedSender {
  return {
    async publish({ name, args, kwargs, options, shown }, parent) {
      const items = args instanceof PyTuple ? args.items : args
      const { taskId } = await port.sendTask({
        name,
        argsJson: stringifyJson(items),
        kwargsJson: stringifyJson(kwargs),
        argsrepr: shown?.args ?? saferepr(args, argsreprMaxLength),
        kwargsrepr: shown?.kwargs ?? saferepr(kwargs, argsreprMaxLength),
        optionsJson: stringifyJson(optionsAsData(options, timezone)),
        parent,
      })
      return taskId
    },
    backend: {
      get: async (taskId) => readMeta(await port.resultMeta(taskId)),
      waitFor: async (taskId, { timeoutSeconds }) => readMeta(await port.waitForResult(taskId, timeoutSeconds)),
      forget: (taskId) => port.forget(taskId),
      store: (meta) =>
        port.storeState({
          taskId: meta.task_id,
          state: meta.status,
          metaJson: stringifyJson(meta.result),
          requestJson: stringifyJson({ group: meta.group_id ?? null, parent_id: meta.parent_id ?? null }),
        }),
      chords: null, // the process counts chords, not the code that runs in it
      close: () => Promise.resolve(),
    },
  }
}

function optionsAsData(options: SendOptions, timezone: string | null): WireObject {
  const given = Object.entries(options).filter((pair): pair is [string, WireValue | Date] => pair[1] !== undefined)
  return Object.fromEntries(
    given.map(([name, value]) => [name, value instanceof Date ? isoformat(value.getTime(), timezone) : value]),
  )
}

function readMeta(json: string): ResultMeta {
  return parseJson(json) as unknown as ResultMeta // written by app-port.ts
}
