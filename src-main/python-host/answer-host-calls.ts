/** Carries out what Python asks for: the engine's AppPort and the lab's sockets behind one function. */
import type { AppPort, CodeBeside, PublishTexts } from '../engine/trace/task-runner.js'
import type { HostAnswer, HostCall, HostCallError, HostCalls, TypedLine } from './host-calls.js'
import { HostCallFailure, type ServiceSockets } from './service-sockets.js'

/** Python's `on_interval` is asked this often while it waits. Celery: celery/backends/asynchronous.py (drain_events_until) */
const intervalMs = 1_000

async function waitTelling(
  { taskId, timeoutSeconds, tells = false }: HostCalls['wait-for-result']['ask'],
  { app, tell }: AnswerParts,
): Promise<string> {
  if (!tells) return app.waitForResult(taskId, timeoutSeconds)
  const passing = setInterval(() => tell('null'), intervalMs)
  try {
    return await app.waitForResult(taskId, timeoutSeconds, tell)
  } finally {
    clearInterval(passing)
  }
}

export interface AnswerParts {
  readonly app: AppPort
  readonly sockets: ServiceSockets
  /** For input(). */
  readonly readLine: () => Promise<TypedLine>
  /** For functions of another language; null where there are none. */
  readonly beside: CodeBeside | null
  /** JSON text for Python that waits in this call. */
  readonly tell: (json: string) => void
  /** Asks Python's receivers. */
  readonly publishing: { readonly [K in keyof PublishTexts]: NonNullable<PublishTexts[K]> }
}

/** Never rejects: what went wrong is part of the answer. */
export async function answerHostCall(
  call: HostCall,
  payload: Uint8Array | null,
  parts: AnswerParts,
): Promise<HostAnswer> {
  try {
    return await carryOut(call, payload ?? new Uint8Array(0), parts)
  } catch (error) {
    return { ok: false, error: asData(error) }
  }
}

async function carryOut(call: HostCall, payload: Uint8Array, parts: AnswerParts): Promise<HostAnswer> {
  const { app, sockets, publishing } = parts
  switch (call.kind) {
    case 'send-task':
      return { ok: true, value: await app.sendTask(call.ask) }
    case 'call-body':
      if (parts.beside === null) throw new Error(`${call.name} cannot be called in this process`)
      return { ok: true, value: await parts.beside.callBody(call) }
    case 'configure':
      await (call.tasks === undefined ? app.configure(call.conf) : app.configure(call.conf, call.tasks))
      return { ok: true, value: null }
    case 'listen-to-publishing': {
      const { before, after } = call
      const hooks = { before: before ? publishing.before : null, after: after ? publishing.after : null }
      await app.hookPublishing(before || after ? hooks : null)
      return { ok: true, value: null }
    }
    case 'result-meta':
      return { ok: true, value: await app.resultMeta(call.taskId) }
    case 'wait-for-result':
      return { ok: true, value: await waitTelling(call, parts) }
    case 'wait-for-results':
      return { ok: true, value: await app.waitForResults(call) }
    case 'store-state': {
      const { taskId, state, metaJson, requestJson, traceback = null } = call
      await app.storeState({ taskId, state, metaJson, requestJson, traceback })
      return { ok: true, value: null }
    }
    case 'forget':
      await app.forget(call.taskId)
      return { ok: true, value: null }
    case 'send-canvas':
      return { ok: true, value: await app.sendCanvas(call.ask) }
    case 'freeze':
      return { ok: true, value: await app.freeze(call) }
    case 'save-group':
      await app.saveGroup(call.groupId, call.resultJson)
      return { ok: true, value: null }
    case 'saved-group':
      return { ok: true, value: await app.savedGroup(call.groupId) }
    case 'delete-group':
      await app.deleteGroup(call.groupId)
      return { ok: true, value: null }
    case 'enlarge-chord':
      await app.enlargeChord(call.groupId)
      return { ok: true, value: null }
    case 'broadcast':
      return { ok: true, value: await app.broadcast(call.requestJson) }
    case 'purge':
      return { ok: true, value: await app.purge() }
    case 'read-line':
      return { ok: true, value: await parts.readLine() }
    case 'connect':
      return { ok: true, value: await sockets.connect(call) }
    case 'send':
      await sockets.send(call.socket, payload, call.timeoutMs)
      return { ok: true, value: null }
    case 'receive':
      return { ok: true, value: null, bytes: await sockets.receive(call.socket, call.maxBytes, call.timeoutMs) }
    case 'shutdown':
      sockets.shutdown(call.socket)
      return { ok: true, value: null }
  }
}

function asData(error: unknown): HostCallError {
  if (error instanceof HostCallFailure) return error.failure
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { code } = error as { code?: unknown }
  return { name: error.name, message: error.message, ...(typeof code === 'string' ? { code } : {}) }
}
