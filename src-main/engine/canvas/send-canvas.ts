/**
 * Sends a signature of any kind: a single task as one message, a chain as its first step, a group as its members, a chord
 * as its header. Answers the result, as the sender can wait for it, and what a running task that sends it has as children.
 * Celery: celery/canvas.py (apply_async and run of Signature, _chain, group and _chord); PROTOCOL.md 10
 */
import type { Signature } from '../message/envelope.js'
import type { ParentTask, TaskCall } from '../message/prepare-call.js'
import { withPlainNumbers, type SendOptions } from '../message/send-options.js'
import { isObject, isSignature, textOrNull } from '../message/shapes.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { chordSize } from './chord-size.js'
import { freeze, freezeGroup, prepareSteps, type FreezePorts } from './freeze.js'
import {
  bodyOf,
  closed,
  cloned,
  groupOf,
  merged,
  opened,
  OpenSignature,
  partsOf,
  type Option,
  type Options,
} from './open-signature.js'
import { asTuple, resultNode, type ResultNode } from './result-node.js'

export interface CanvasPorts extends FreezePorts {
  /** Builds and publishes one task; answers its id. */
  readonly publish: (call: TaskCall, parent: ParentTask | null) => Promise<string>
  /** What calls of a task that is registered here start from: its queue, limits, `ignore_result`. */
  readonly taskDefaults: (name: string) => SendOptions
  /** Tells the result backend how many tasks a chord's header has. */
  readonly setChordSize: (groupId: string, size: number) => Promise<void>
  /** Absent: no task here has an `apply_async` of its own. Those that have one are sent by it. */
  readonly ownApplyAsync?: OwnApplyAsync
  /** Keeps a header's shape when it is more than a flat list. */
  readonly saveGroup: (groupId: string, result: WireValue) => Promise<void>
}

/** A class of tasks (`base=`) may send its tasks in its own way. As Celery: also as parts of a canvas. */
export interface OwnApplyAsync {
  readonly has: (taskName: string) => boolean
  readonly call: (call: OwnCall) => Promise<void>
}

export interface OwnCall {
  readonly name: string
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  /** Without those that the task gives itself. `task_id` among them. */
  readonly options: WireObject
  readonly parent: ParentTask | null
}

/** Sent together with the signature's own: `args` go in front, unless it is immutable. */
export interface CanvasCall {
  readonly args?: readonly WireValue[]
  readonly kwargs?: WireObject
  /** By Celery's names. `chain`, as in a message, is what comes after: the next step is the last. */
  readonly options?: WireObject
  /** The task that runs while this is sent. */
  readonly parent: ParentTask | null
}

export interface SentCanvas {
  readonly result: ResultNode
  /** What the running task has sent, in a result's form. */
  readonly children: readonly WireValue[]
}

export async function sendCanvas(sig: Signature, call: CanvasCall, ports: CanvasPorts): Promise<SentCanvas> {
  return new Sending(call.parent, ports).all(opened(sig), call)
}

/** As a caller's program wrote it: its arguments are shown as tuples. */
export async function sendWritten(sig: Signature, call: CanvasCall, ports: CanvasPorts): Promise<SentCanvas> {
  return new Sending(call.parent, ports).all(opened(sig, true), call)
}

/** Several signatures at once: they share one `group` header. */
export async function sendTogether(
  sigs: readonly Signature[],
  call: CanvasCall,
  ports: CanvasPorts,
): Promise<SentCanvas> {
  return new Sending(call.parent, ports).all(groupOf(sigs.map((sig) => opened(sig))), call)
}

interface Inner {
  readonly args: readonly WireValue[]
  readonly kwargs: WireObject
  readonly options: Options
}

class Sending {
  private readonly parent: ParentTask | null
  private readonly ports: CanvasPorts
  private readonly children: WireValue[] = []

  constructor(parent: ParentTask | null, ports: CanvasPorts) {
    this.parent = parent
    this.ports = ports
  }

  async all(open: OpenSignature, { args = [], kwargs = {}, options = {} }: CanvasCall): Promise<SentCanvas> {
    const result = await this.send(open, { args, kwargs, options })
    return { result, children: this.children }
  }

  private send(open: OpenSignature, call: Inner): Promise<ResultNode> {
    switch (open.type) {
      case 'chain':
        return this.chain(open, call)
      case 'group':
        return this.group(open, call)
      case 'chord':
        return this.chord(open, call)
      default:
        return this.task(open, call)
    }
  }

  private async task(open: OpenSignature, call: Inner): Promise<ResultNode> {
    const given = Object.entries(call.options).filter(([, value]) => value !== null)
    const { args, kwargs, options } = merged(open, { ...call, options: Object.fromEntries(given) })
    const { add_to_parent: isChild, ...own } = options
    const plain = Object.entries(own).filter(([, value]) => value !== null && value !== undefined)
    const wire = Object.fromEntries(plain.map(([name, value]): [string, WireValue] => [name, plainOption(value)]))
    const { ownApplyAsync } = this.ports
    if (ownApplyAsync?.has(open.task)) {
      const id = textOrNull(wire.task_id) ?? this.ports.uuid()
      const toPass = { ...wire, task_id: id, ...(isChild === false ? { add_to_parent: false } : {}) }
      const given = args instanceof PyTuple ? args.items : args
      const call = { name: open.task, args: given, kwargs: kwargs as WireObject, options: toPass }
      await ownApplyAsync.call({ ...call, parent: this.parent })
      return resultNode(id) // its code tells whose child it is
    }
    const all = { ...this.ports.taskDefaults(open.task), ...withPlainNumbers(wire) }
    const taken = { name: open.task, args, kwargs: kwargs as WireObject, options: all } // a task's own are plain
    const id = await this.ports.publish(taken, this.parent)
    if (isChild !== false) this.children.push([[id, null], null])
    return resultNode(id)
  }

  /** All ids are fixed now; only the first step is sent, the others travel with it in reverse order. */
  private async chain(open: OpenSignature, call: Inner): Promise<ResultNode> {
    const all = { ...open.options, ...call.options }
    const { group_id: groupId, group_index: index, chord, task_id: id, link, link_error: errbacks, ...rest } = all
    const { root_id: rootId, parent_id: parentId, ...options } = rest
    if (partsOf(open).length === 0) return resultNode(textOrNull(id) ?? this.ports.uuid()) // As Celery: nothing is sent
    const { steps, result } = prepareSteps(
      open,
      {
        args: open.immutable ? open.items : [...call.args, ...open.items],
        kwargs: call.kwargs,
        errbacks: listed(errbacks),
        rootId: textOrNull(rootId),
        parentId: textOrNull(parentId),
        id: textOrNull(id),
        groupId: textOrNull(groupId),
        groupIndex: typeof index === 'number' ? index : null,
        chord: openedChord(chord),
        clone: true,
      },
      this.ports,
    )
    const last = steps[0]
    if (last && link) last.options.link = [...listed(last.options.link), ...listed(link)]
    const first = steps.pop()
    if (first === undefined) return result
    const next = Array.isArray(options.chain) ? (options.chain as readonly WireValue[]) : [] // plain, as in a message
    const chain = this.ports.chainsAreLinks() ? null : [...next, ...steps.map(closed)]
    const sent = await this.send(first, { args: [], kwargs: {}, options: { ...options, chain } })
    return steps.length === 0 ? sent : result
  }

  private async group(open: OpenSignature, call: Inner): Promise<ResultNode> {
    const { add_to_parent: isChild, link, link_error: errbacks, ...given } = call.options
    if (link) throw new TypeError('Cannot add link to group: use a chord')
    if (errbacks) throw new TypeError('Cannot add link to group: do that on individual tasks')
    if (partsOf(open).length === 0) return freeze(open, {}, this.ports)
    const all = merged(open, { options: given }).options
    const { task_id: id, chord, group_index: _index, ...options } = all
    const groupId = textOrNull(id) ?? this.ports.uuid()
    const toAll = { ...options, group_id: groupId, add_to_parent: false }
    const members = this.prepared(partsOf(open), groupId, textOrNull(options.root_id))
    let size = 0
    for (const [at, { member }] of members.entries()) {
      const body = openedChord(chord) ?? openedChord(member.options.chord)
      size += chordSize(member)
      // The counter is there before the last task of the header can end.
      if (body !== null && at === members.length - 1) await this.ports.setChordSize(groupId, size)
      await this.send(member, { args: call.args, kwargs: call.kwargs, options: { ...toAll, chord: body } })
    }
    const results = members.map(({ result }) => result)
    // As Celery: a group of one whose result is a group's is that group.
    const [only] = results
    const result = only?.children && results.length === 1 ? only : resultNode(groupId, results)
    if (isChild !== false) this.children.push(asTuple(result))
    return result
  }

  /** As Celery: the members of a group inside a group count from 0 again. */
  private prepared(members: readonly OpenSignature[], groupId: string, rootId: string | null): readonly Prepared[] {
    return members.flatMap((part, groupIndex): readonly Prepared[] => {
      const member = cloned(part)
      if (member.type === 'group') return this.prepared(partsOf(member), groupId, rootId)
      return [{ member, result: freeze(member, { groupId, rootId, groupIndex }, this.ports) }]
    })
  }

  private async chord(open: OpenSignature, call: Inner): Promise<ResultNode> {
    const { task_id: given, ...callOptions } = call.options
    const args = open.immutable ? open.items : [...call.args, ...open.items]
    const body = cloned(bodyOf(open), { options: callOptions })
    const held = open.kwargs.header
    const header =
      held instanceof OpenSignature
        ? cloned(held)
        : groupOf(partsOf(open), { task_id: open.options.task_id ?? this.ports.uuid() })
    const { task_id: own, ...options } = { ...open.options, ...callOptions }
    const groupId = textOrNull(header.options.task_id) ?? this.ports.uuid()
    const rootId = textOrNull(body.options.root_id)
    // As Celery: what the chord is sent with ends up on its body too.
    Object.assign(body.options, options)
    const result = freeze(
      body,
      { id: textOrNull(given) ?? textOrNull(own) ?? this.ports.uuid(), groupId, rootId },
      this.ports,
    )
    const { chain: _afterBody, chord: _outer, ...toHeader } = options
    const headerResult = freezeGroup(header, { groupId, chord: body, rootId }, this.ports)
    if (partsOf(header).length === 0) {
      // As Celery: nobody would ever complete an empty header, so its body is called at once.
      await this.send(body, { args: [[]], kwargs: {}, options: {} })
      result.parent = headerResult
      return result
    }
    if (headerResult.children?.some(({ children }) => children !== null))
      await this.ports.saveGroup(groupId, asTuple(headerResult))
    const inner = open.kwargs.kwargs as WireValue | undefined // only `header` and `body` are parts
    result.parent = await this.group(header, {
      args,
      kwargs: { ...(isObject(inner) ? inner : {}), ...call.kwargs },
      options: { ...toHeader, task_id: groupId },
    })
    return result
  }
}

interface Prepared {
  readonly member: OpenSignature
  readonly result: ResultNode
}

function openedChord(chord: Option | undefined): OpenSignature | null {
  if (chord instanceof OpenSignature) return chord
  return isSignature(chord as WireValue) ? opened(chord as Signature) : null // what is not open is plain
}

function plainOption(value: Option): WireValue {
  return value instanceof OpenSignature ? closed(value) : value
}

function listed(sigs: Option | undefined): readonly Signature[] {
  const list = Array.isArray(sigs) ? (sigs as readonly WireValue[]) : [sigs as WireValue] // callbacks are plain
  return list.filter((sig) => isSignature(sig))
}
