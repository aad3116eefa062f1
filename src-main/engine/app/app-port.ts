/**
 * The app as running Python code sees it, over the boundary of its thread: everything is JSON text or plain data.
 * python-host asks, the pool process, the web process and the shell give it an app of theirs.
 */
import type { CanvasPorts } from '../canvas/send-canvas.js'
import { readSendOptions } from '../message/send-options.js'
import { requestSubject } from './request-subject.js'
import { resultDocument } from '../result-backend/result-document.js'
import { disabledBackend } from '../result-backend/disabled-backend.js'
import type { ResultBackend, ResultMeta } from '../result-backend/result-meta.js'
import { waitForAll } from '../result-backend/wait-for-all.js'
import { parseJson, stringifyJson } from '../serialization/json.js'
import { isObject } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import type { AppPort } from '../trace/task-runner.js'
import { canvasCalls, type CanvasCallParts } from './canvas-calls.js'
import { readControlRequest } from './control-request.js'
import type { Celery } from './celery.js'

export interface AppPortParts {
  readonly app: Celery
  readonly nowMs: () => number
  readonly canvas: CanvasPorts
  /** Told of every task that a running task has sent: its result lists them as children. */
  readonly onChild?: (parentId: string, childId: string) => void
  /** The same for what it has sent as a canvas. */
  readonly onTree?: CanvasCallParts['onTree']
}

/** All but its settings: those belong to whoever made the app. */
export function appPort({
  app,
  nowMs,
  canvas,
  onChild,
  onTree,
}: AppPortParts): Omit<AppPort, 'configure' | 'hookPublishing'> {
  const backend = (): ResultBackend => (app.conf.result_backend === null ? disabledBackend : app.backend)
  return {
    ...canvasCalls({ canvas, backend, ...(onTree ? { onTree } : {}) }),
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
    waitForResults: async ({ taskIds, ...how }) =>
      stringifyJson((await waitForAll(app.backend, taskIds, how)) as unknown as WireValue), // as textOf
    waitForResult: async (taskId, timeoutSeconds, onMessage) => {
      const told = onMessage ? { onMessage: (meta: ResultMeta) => onMessage(textOf(meta)) } : {}
      return textOf(await app.backend.waitFor(taskId, { timeoutSeconds, ...told }))
    },
    async storeState({ taskId, state, metaJson, requestJson, traceback = null }) {
      const request = parseJson(requestJson)
      const subject = requestSubject(taskId, isObject(request) ? request : {}, app.changes['result_extended'] === true)
      await app.backend.store(
        resultDocument(subject, { status: state, result: parseJson(metaJson), traceback, children: [], atMs: nowMs() }),
      )
    },
    forget: (taskId) => app.backend.forget(taskId),
    broadcast: async (requestJson) => {
      const { method, args, options } = readControlRequest(requestJson)
      return stringifyJson(await app.control.broadcast(method, args, options))
    },
    purge: () => app.control.purge(),
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
