/**
 * Sends a signature of any kind on behalf of the task that runs: a single task as one message, a chain as its first
 * step, a group as its members, a chord as its header. Answers what the sender's result lists as a child.
 * Celery: celery/canvas.py (Signature, _chain, group, _chord: apply_async and freeze); PROTOCOL.md 10
 */
import type { Signature } from '../message/envelope.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import type { SendOptions } from '../message/send-options.js'
import { isObject, isSignature, readSignatures } from '../message/shapes.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { plainSignature } from './plain-signature.js'

export interface CanvasPorts {
  /** Builds and publishes one task; answers its id. */
  readonly publish: (call: TaskCall, parent: ParentTask) => Promise<string>
  /** What calls of a task that is registered here start from: its queue, limits, `ignore_result`. */
  readonly taskDefaults: (name: string) => SendOptions
  /** Tells the result backend how many tasks a chord's header has. */
  readonly setChordSize: (groupId: string, size: number) => Promise<void>
  readonly uuid: () => string
  /** The sending app's own; what is fixed here but sent by others carries it. */
  readonly replyTo: () => string
}

/** Sent together with the signature's own: `args` go in front, unless it is immutable. */
export interface CanvasCall {
  readonly args: readonly WireValue[]
  readonly parent: ParentTask
  /** As Celery's embed: the next step is the last. null: not part of a chain. */
  readonly chain: readonly Signature[] | null
}

export async function sendCanvas(sig: Signature, call: CanvasCall, ports: CanvasPorts): Promise<WireValue> {
  const plain = plainSignature(sig)
  switch (plain.subtask_type) {
    case 'chain':
      return sendChain(plain, call, ports)
    case 'group':
      return sendGroup(plain, call, ports)
    case 'chord':
      return sendChord(plain, call, ports)
    default:
      return [[await sendTask(plain, call, ports), null], null]
  }
}

/** Several signatures at once: they share one `group` header. */
export function sendTogether(sigs: readonly Signature[], call: CanvasCall, ports: CanvasPorts): Promise<WireValue> {
  // As Celery: a group clones its members, so even an immutable one shows a tuple.
  return sendMembers(sigs, { groupId: ports.uuid(), chordBody: null }, call, ports)
}

async function sendTask(sig: Signature, call: CanvasCall, ports: CanvasPorts): Promise<string> {
  const { root_id: _root, parent_id: _parent, ...own } = given(sig.options)
  const options = { ...ports.taskDefaults(sig.task), ...own, ...(call.chain === null ? {} : { chain: call.chain }) }
  // As Celery: an immutable signature keeps the list it came with, and argsrepr shows that.
  const args = sig.immutable
    ? sig.options.group_index === undefined
      ? sig.args
      : new PyTuple(sig.args)
    : new PyTuple([...call.args, ...sig.args])
  return ports.publish({ name: sig.task, args, kwargs: sig.kwargs, options }, call.parent)
}

/** All ids are fixed now; only the first step is sent, the others travel with it in reverse order. */
async function sendChain(chain: Signature, call: CanvasCall, ports: CanvasPorts): Promise<WireValue> {
  const steps = withChainOptions(readSignatures(chain.kwargs.tasks) ?? [], chain.options).map((step) =>
    withId(step, ports.uuid()),
  )
  const [first, ...rest] = steps
  if (first === undefined) return [[ports.uuid(), null], null] // As Celery: an empty chain sends nothing
  const remaining = [...(call.chain ?? []), ...rest.map((step) => rooted(step, call.parent, ports)).reverse()]
  return sendCanvas(first, { ...call, chain: remaining }, ports)
}

async function sendGroup(group: Signature, call: CanvasCall, ports: CanvasPorts): Promise<WireValue> {
  const members = readSignatures(group.kwargs.tasks) ?? []
  const groupId = textOr(group.options.task_id, ports.uuid)
  const next = call.chain ?? []
  // As Celery, where the caller does this: what comes after a group needs all of its results, so it is a chord's body.
  if (next.length > 0) {
    const body = chainOf([...next].reverse())
    return sendHeader(members, { groupId, body }, call, ports)
  }
  const chordBody = isSignature(group.options.chord) ? group.options.chord : null
  return sendMembers(members, { groupId, chordBody }, { ...call, chain: null }, ports)
}

async function sendChord(chord: Signature, call: CanvasCall, ports: CanvasPorts): Promise<WireValue> {
  const header = chord.kwargs.header
  const members = readSignatures(isObject(header) ? asObject(header.kwargs).tasks : header) ?? []
  if (!isSignature(chord.kwargs.body)) throw new TypeError(`a chord has no body; its header is not sent`)
  const groupId = textOr(chord.options.task_id, ports.uuid)
  const own = plainSignature(chord.kwargs.body)
  const next = call.chain ?? []
  const body = next.length === 0 ? own : chainOf([own, ...[...next].reverse()])
  return sendHeader(members, { groupId, body }, call, ports)
}

async function sendHeader(
  members: readonly Signature[],
  chord: { readonly groupId: string; readonly body: Signature },
  outer: CanvasCall,
  ports: CanvasPorts,
): Promise<WireValue> {
  const body = frozenBody(chord.body, chord.groupId, outer, ports)
  const call = { ...outer, chain: null }
  // As Celery: nobody would ever complete an empty header, so its body is called at once.
  if (members.length === 0) return sendCanvas(body, { ...call, args: [[]] }, ports)
  return sendMembers(members, { groupId: chord.groupId, chordBody: body }, call, ports)
}

async function sendMembers(
  members: readonly Signature[],
  group: { readonly groupId: string; readonly chordBody: Signature | null },
  call: CanvasCall,
  ports: CanvasPorts,
): Promise<WireValue> {
  const flat = members.flatMap(flattened).map((sig) => withId(sig, ports.uuid()))
  const children: WireValue[] = []
  for (const [index, sig] of flat.entries()) {
    if (group.chordBody && index === flat.length - 1) await ports.setChordSize(group.groupId, flat.length)
    const options = {
      group_id: group.groupId,
      group_index: index,
      ...(group.chordBody ? { chord: group.chordBody } : {}),
    }
    children.push(await sendCanvas(memberOf(sig, options), call, ports))
  }
  return [[group.groupId, null], children]
}

/** A group inside a group is more members of the outer one. */
function flattened(sig: Signature): readonly Signature[] {
  const plain = plainSignature(sig)
  return plain.subtask_type === 'group' ? (readSignatures(plain.kwargs.tasks) ?? []).flatMap(flattened) : [plain]
}

/** The place in a group belongs to the step of a chain that ends it: its result is the member's result. */
function memberOf(sig: Signature, options: WireObject): Signature {
  if (sig.subtask_type === null) return withOptions(sig, options)
  if (sig.subtask_type !== 'chain')
    throw new TypeError(`a ${sig.subtask_type} inside a group is not covered by this app; the group is not sent`)
  const steps = readSignatures(sig.kwargs.tasks) ?? []
  const tasks = steps.map((step, at) => (at === steps.length - 1 ? memberOf(plainSignature(step), options) : step))
  return { ...sig, kwargs: { ...sig.kwargs, tasks } }
}

/** As Celery: a link belongs to the last step, an errback to every step; the place in a group to the last one. */
function withChainOptions(steps: readonly Signature[], options: WireObject): readonly Signature[] {
  const { link, link_error: linkError, group_id, group_index, chord } = given(options)
  const atEnd = given({ group_id: group_id ?? null, group_index: group_index ?? null, chord: chord ?? null })
  return steps.map((step, at) => {
    const last = at === steps.length - 1
    const links = last && link !== undefined ? { link: joined(step.options.link, link) } : {}
    const errbacks = linkError === undefined ? {} : { link_error: joined(step.options.link_error, linkError) }
    return withOptions(plainSignature(step), { ...links, ...errbacks, ...(last ? atEnd : {}) })
  })
}

function frozenBody(body: Signature, groupId: string, { parent, chain }: CanvasCall, ports: CanvasPorts): Signature {
  if (body.subtask_type === null)
    return rooted(withOptions(withId(body, ports.uuid()), { group_id: groupId }), parent, ports)
  if (body.subtask_type !== 'chain') return body
  const steps = readSignatures(body.kwargs.tasks) ?? []
  const tasks = steps.map((step, at) => {
    const frozen = rooted(withId(plainSignature(step), ports.uuid()), parent, ports)
    return at === steps.length - 1 ? withOptions(frozen, { group_id: groupId }) : frozen
  })
  // As Celery: the options the chord itself was sent with end up on a body that is a chain; nobody reads them there.
  const sentWith = { parent_id: parent.id, root_id: parent.rootId, priority: parent.priority }
  const options = { task_id: groupId, ...(chain === null ? {} : { chain: [] }), ...sentWith }
  return withOptions({ ...body, kwargs: { ...body.kwargs, tasks } }, options)
}

function chainOf(tasks: readonly Signature[]): Signature {
  const flat = tasks.flatMap((task) =>
    task.subtask_type === 'chain' ? (readSignatures(task.kwargs.tasks) ?? []) : [task],
  )
  const [only] = flat
  if (only !== undefined && flat.length === 1) return only
  return {
    task: 'celery.chain',
    args: [],
    kwargs: { tasks: flat },
    options: {},
    subtask_type: 'chain',
    immutable: false,
  }
}

function withId(sig: Signature, id: string): Signature {
  return typeof sig.options.task_id === 'string' ? sig : withOptions(sig, { task_id: id })
}

function rooted(sig: Signature, parent: ParentTask, ports: CanvasPorts): Signature {
  return withOptions(sig, { root_id: parent.rootId, reply_to: textOr(sig.options.reply_to, ports.replyTo) })
}

function withOptions(sig: Signature, options: WireObject): Signature {
  return { ...sig, options: { ...sig.options, ...options } }
}

/** Null says nothing: the task's defaults or the running task decide. */
function given(options: WireObject): WireObject {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null))
}

function joined(own: WireValue | undefined, more: WireValue | undefined): WireValue {
  return [own, more].flatMap((value) => (isSignature(value) ? [value] : (readSignatures(value) ?? [])))
}

function asObject(value: WireValue | undefined): WireObject {
  return isObject(value) ? value : {}
}

function textOr(value: WireValue | undefined, otherwise: () => string): string {
  return typeof value === 'string' ? value : otherwise()
}
