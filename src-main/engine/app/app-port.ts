/**
 * The app as running Python code sees it, over the boundary of its thread: everything is JSON text or plain data.
 * python-host asks, the pool process, the web process and the shell give it an app of theirs.
 */
import { readSendOptions } from '../message/send-options.js'
import { resultDocument } from '../result-backend/result-document.js'
import type { ResultMeta } from '../result-backend/result-meta.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { isObject } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { AppPort } from '../trace/task-runner.js'
import type { Celery } from './celery.js'

export interface AppPortParts {
  readonly app: Celery
  readonly nowMs: () => number
  /** Told of every task that a running task has sent: its result lists them as children. */
  readonly onChild?: (parentId: string, childId: string) => void
}

export function appPort({ app, nowMs, onChild }: AppPortParts): AppPort {
  return {
    async sendTask(ask) {
      const options = readSendOptions(ask.optionsJson)
      const taskId = await app.publish(
        {
          name: ask.name,
          args: readArgs(ask.argsJson),
          kwargs: readKwargs(ask.kwargsJson),
          shown: { args: ask.argsrepr, kwargs: ask.kwargsrepr },
          options,
        },
        ask.parent,
      )
      if (ask.parent && options.add_to_parent !== false) onChild?.(ask.parent.id, taskId)
      return { taskId }
    },
    resultMeta: async (taskId) => textOf(await app.backend.get(taskId)),
    waitForResult: async (taskId, timeoutSeconds) => textOf(await app.backend.waitFor(taskId, { timeoutSeconds })),
    async storeState({ taskId, state, metaJson, requestJson, traceback = null }) {
      const request = parseJson(requestJson)
      const of = isObject(request) ? request : {}
      await app.backend.store(
        resultDocument(
          { taskId, groupId: textOrNull(of.group), parentId: textOrNull(of.parent_id), extended: null },
          { status: state, result: parseJson(metaJson), traceback, children: [], atMs: nowMs() },
        ),
      )
    },
    forget: (taskId) => app.backend.forget(taskId),
  }
}

function readArgs(json: string): readonly WireValue[] {
  const args = parseJson(json)
  if (!Array.isArray(args)) throw new TypeError('task args must be a list or tuple')
  return args as readonly WireValue[] // isArray does not narrow readonly arrays
}

function readKwargs(json: string): WireObject {
  const kwargs = parseJson(json)
  if (!isObject(kwargs)) throw new TypeError('task keyword arguments must be a mapping')
  return kwargs
}

function textOf(meta: ResultMeta): string {
  return stringifyJson(meta as unknown as WireValue) // undefined fields were never built
}

function textOrNull(value: WireValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
