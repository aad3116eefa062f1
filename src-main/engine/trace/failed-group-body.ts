/**
 * The header of a chord is broken and its body is a group: each member fails with what broke the header, so that nobody
 * waits for it in vain, and each calls the group's errbacks. Celery: celery/backends/base.py (_handle_group_chord_error)
 */
import { plainSignature } from '../canvas/plain-signature.js'
import type { Embed, Signature } from '../message/envelope.js'
import { isSignature, readSignatures } from '../message/shapes.js'
import { resultDocument } from '../result-backend/result-document.js'
import type { ResultBackend } from '../result-backend/result-meta.js'
import type { WireValue } from '../serialization/wire-value.js'
import { FAILURE } from '../states.js'
import { HandlerRaised } from './own-code.js'

/** As a task that fails with it stores it. */
export interface StoredError {
  readonly result: WireValue
  readonly traceback: string
}

export interface FailedBodyPorts {
  readonly backend: Pick<ResultBackend, 'store'>
  /** Answers all that the task that has ended has sent, those errbacks among them. */
  readonly callErrbacks: (
    errbacks: Embed['errbacks'],
    bodyId: string,
    error: StoredError,
  ) => Promise<readonly WireValue[]>
  readonly nowMs: () => number
}

export async function failGroupBody(body: Signature, error: StoredError, ports: FailedBodyPorts): Promise<void> {
  const errbacks = readSignatures(body.options.link_error)
  for (const id of endsOf(body)) {
    const children = await afterErrbacks(errbacks, id, error, ports)
    await store(id, { ...error, children }, ports)
  }
  const { task_id: groupId } = body.options
  if (typeof groupId === 'string') await store(groupId, { ...error, traceback: null, children: [] }, ports)
}

/** As Celery: what an errback raises here is passed over, the other members have to hear as well. */
async function afterErrbacks(
  errbacks: Embed['errbacks'],
  id: string,
  error: StoredError,
  { callErrbacks }: FailedBodyPorts,
): Promise<readonly WireValue[]> {
  try {
    return await callErrbacks(errbacks, id, error)
  } catch (raised) {
    if (raised instanceof HandlerRaised) return []
    throw raised
  }
}

function store(
  taskId: string,
  error: { readonly result: WireValue; readonly traceback: string | null; readonly children: readonly WireValue[] },
  { backend, nowMs }: FailedBodyPorts,
): Promise<unknown> {
  const of = { taskId, groupId: null, parentId: null, extended: null }
  return backend.store(resultDocument(of, { status: FAILURE, ...error, atMs: nowMs() }))
}

/** The ids that whoever sent the chord waits for: of a chain its last step, of a chord its body, of a group its own. */
function endsOf(group: Signature): readonly string[] {
  return membersOf(group).flatMap((member) => endOf(member) ?? [])
}

function endOf(sig: Signature): string | null {
  const { subtask_type: type, kwargs, options } = sig
  const last =
    type === 'chain' ? membersOf(sig).at(-1) : type === 'chord' && isSignature(kwargs.body) ? kwargs.body : null
  if (last) return endOf(plainSignature(last))
  return typeof options.task_id === 'string' ? options.task_id : null
}

function membersOf({ kwargs }: Signature): readonly Signature[] {
  return (readSignatures(kwargs.tasks) ?? []).map(plainSignature)
}
