/**
 * Sends a signature of any kind as the program, or as the task that runs in it, and answers what can be waited for.
 * Celery: celery/canvas.py (Signature.apply_async)
 */
import { asTuple } from '../canvas/result-node.js'
import { sendCanvas, sendWritten } from '../canvas/send-canvas.js'
import type { Signature } from '../message/envelope.js'
import type { SendOptions } from '../message/send-options.js'
import { isObject } from '../message/shapes.js'
import type { AsyncResult, Result } from '../result/async-result.js'
import { GroupResult } from '../result/group-result.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { groupsOf } from './canvas-calls.js'
import { canvasPorts, type CanvasApp } from './canvas-ports.js'
import type { RunningTask } from './running-task.js'

export interface ApplyingApp extends CanvasApp {
  taskDefaults(name: string): SendOptions
  AsyncResult(taskId: string, parent?: Result | null): AsyncResult
}

export interface SignatureCall {
  readonly args?: readonly WireValue[]
  readonly kwargs?: WireObject
}

export async function applySignature(
  sig: Signature,
  call: SignatureCall,
  options: WireObject,
  { app, uuid, self }: { readonly app: ApplyingApp; readonly uuid: () => string; readonly self: RunningTask | null },
): Promise<AsyncResult | GroupResult> {
  self?.checkInterrupt()
  const ports = canvasPorts(
    () => app,
    (name) => app.taskDefaults(name),
    uuid,
  )
  const sent = await sendWritten(sig, { ...call, options, parent: self?.parent ?? null }, ports)
  for (const tree of sent.children) self?.onTree(tree)
  return resultOfTree(asTuple(sent.result), app)
}

/** A signature that somebody else sent as data, such as the task of an election: its arguments are shown as the list they are. */
export async function callReceived(
  signature: WireObject,
  { app, uuid }: { readonly app: CanvasApp & Pick<ApplyingApp, 'taskDefaults'>; readonly uuid: () => string },
): Promise<void> {
  const sig = { task: '', args: [], kwargs: {}, options: {}, ...signature } as unknown as Signature // as it was sent
  const ports = canvasPorts(
    () => app,
    (name) => app.taskDefaults(name),
    uuid,
  )
  await sendCanvas(sig, { parent: null }, ports)
}

/** null: nothing was saved under that id. */
export async function restoredGroup(groupId: string, app: ApplyingApp): Promise<GroupResult | null> {
  const saved = await groupsOf(app.backend).saved(groupId)
  const result = isObject(saved) ? resultOfTree(saved.result ?? null, app) : null
  return result instanceof GroupResult ? result : null
}

/** `[[id, parent], null]` is one task's, `[[id, parent], [...]]` a group's. */
export function resultOfTree(tree: WireValue, app: Omit<ApplyingApp, 'tasks'>): AsyncResult | GroupResult {
  const [head, members] = listOf(tree)
  const [id, parentTree] = listOf(head)
  const parent = parentTree === null || parentTree === undefined ? null : resultOfTree(parentTree, app)
  if (!Array.isArray(members)) return app.AsyncResult(String(id), parent)
  const results = listOf(members).map((member) => resultOfTree(member, app))
  return new GroupResult(String(id), results, parent, () => groupsOf(app.backend))
}

function listOf(value: WireValue | undefined): readonly WireValue[] {
  return Array.isArray(value) ? (value as readonly WireValue[]) : [] // isArray does not narrow readonly arrays
}
