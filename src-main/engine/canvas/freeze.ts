/**
 * Fixes the ids of everything a signature will send, and what its result will be: who waits for it knows the id before
 * anything is sent. A group that is followed by something becomes a chord here.
 * Celery: celery/canvas.py (freeze of Signature, _chain, group and _chord; _chain.prepare_steps)
 */
import type { Signature } from '../message/envelope.js'
import { textOrNull } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import {
  addToList,
  bodyOf,
  chordOf,
  cloned,
  closed,
  groupOf,
  linkError,
  partsOf,
  type OpenSignature,
  type Options,
} from './open-signature.js'
import { resultNode, topOf, type ResultNode } from './result-node.js'

export interface FreezePorts {
  readonly uuid: () => string
  /** The sending app's own; what is fixed here but sent by others carries it. */
  readonly replyTo: () => string
  /** task_protocol 1 has no place for a chain: each step is a link of the one before. */
  readonly chainsAreLinks: () => boolean
  /** task_allow_error_cb_on_chord_header */
  readonly errbacksOnHeader: () => boolean
}

export interface Fixed {
  readonly id?: string | null
  readonly rootId?: string | null
  readonly parentId?: string | null
  readonly groupId?: string | null
  readonly groupIndex?: number | null
  readonly chord?: OpenSignature | null
}

export function freeze(open: OpenSignature, fixed: Fixed, ports: FreezePorts): ResultNode {
  switch (open.type) {
    case 'chain': {
      const { id, rootId, parentId, groupId, groupIndex, chord } = fixed
      const own = { rootId: rootId ?? null, parentId: parentId ?? null, clone: false, args: [], errbacks: [] }
      const last = { id: id ?? null, groupId: groupId ?? null, groupIndex: groupIndex ?? null, chord: chord ?? null }
      return prepareSteps(open, { ...own, ...last }, ports).result
    }
    case 'group':
      return freezeGroup(open, fixed, ports)
    case 'chord':
      return freezeChord(open, fixed, ports)
    default:
      return freezeTask(open, fixed, ports)
  }
}

function freezeTask({ options }: OpenSignature, fixed: Fixed, ports: FreezePorts): ResultNode {
  if (!('task_id' in options)) options.task_id = fixed.id ?? ports.uuid()
  if (fixed.rootId) options.root_id = fixed.rootId
  if (fixed.parentId) options.parent_id = fixed.parentId
  if (!('reply_to' in options)) options.reply_to = ports.replyTo()
  if (fixed.groupId && !('group_id' in options)) options.group_id = fixed.groupId
  if (fixed.chord) options.chord = fixed.chord
  setIndex(options, fixed)
  return resultNode(idOf(options))
}

export function freezeGroup(open: OpenSignature, fixed: Fixed, ports: FreezePorts): ResultNode {
  const { options } = open
  if (!('task_id' in options)) options.task_id = fixed.groupId ?? ports.uuid()
  if (fixed.groupId) options.group_id = fixed.groupId
  if (fixed.chord) options.chord = fixed.chord
  setIndex(options, fixed)
  if (!('root_id' in options)) options.root_id = fixed.rootId ?? null
  if (!('parent_id' in options)) options.parent_id = fixed.parentId ?? null
  const inMember = { chord: fixed.chord ?? null, groupId: fixed.groupId ?? null }
  const of = { ...inMember, rootId: textOrNull(options.root_id), parentId: textOrNull(options.parent_id) }
  const members = flat(partsOf(open))
  const results = members.map((member, groupIndex) => freeze(member, { ...of, groupIndex }, ports))
  partsOf(open).splice(0, Infinity, ...members)
  return resultNode(idOf(options), results)
}

/** As Celery: the members of a group inside a group take its place in reverse order. */
function flat(members: readonly OpenSignature[]): readonly OpenSignature[] {
  return members.flatMap((member) =>
    member.type === 'group' ? flat([...partsOf(member)].reverse()) : [cloned(member)],
  )
}

function freezeChord(open: OpenSignature, fixed: Fixed, ports: FreezePorts): ResultNode {
  const { header } = open.kwargs
  const group = header !== undefined && isOpen(header) ? header : groupOf(partsOf(open))
  open.kwargs.header = group
  const body = bodyOf(open)
  const inHeader = { chord: body, rootId: fixed.rootId ?? null, parentId: fixed.parentId ?? null }
  const headerResult = freezeGroup(group, inHeader, ports)
  open.options.task_id = headerResult.id
  const { parentId: _none, ...ofBody } = fixed
  const result = freeze(body, ofBody, ports)
  topOf(result).parent = headerResult
  return result
}

export interface Steps {
  /** Before the first step's own. */
  readonly args: readonly WireValue[]
  readonly kwargs?: WireObject
  readonly errbacks: readonly Signature[]
  readonly rootId: string | null
  readonly parentId: string | null
  /** What the whole chain stands for, and so what its last step does: its id, its place in a group, the chord it counts for. */
  readonly id: string | null
  readonly groupId: string | null
  readonly groupIndex: number | null
  readonly chord: OpenSignature | null
  /** false: the ids are written into the chain's own steps. */
  readonly clone: boolean
}

/** The steps in reverse order, as a message's `chain` lists them, and the result of the last. */
export function prepareSteps(
  chain: OpenSignature,
  how: Steps,
  ports: FreezePorts,
): { readonly steps: OpenSignature[]; readonly result: ResultNode } {
  const waiting = [...partsOf(chain)]
  const steps: OpenSignature[] = []
  const results: ResultNode[] = []
  let previous: { readonly task: OpenSignature; readonly result: ResultNode } | null = null
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const isFirst = waiting.length === 0
    const isLast = steps.length === 0
    let task = unrolled(next)
    if (how.clone) task = cloned(task, isFirst ? { args: how.args, kwargs: how.kwargs ?? {} } : {})
    if (task.type === 'chain') {
      waiting.push(...partsOf(task))
      continue
    }
    const endsGroup = task.type === 'group' && previous !== null
    if (task.type === 'group' && previous !== null) {
      steps.pop()
      results.pop()
      task = chordOf(partsOf(task), previous.task, upgradeOptions(previous.result, how.rootId))
      const [before, beforeResult] = [steps.at(-1), results.at(-1)]
      previous = before && beforeResult ? { task: before, result: beforeResult } : null
    }
    // As Celery: when what was last has become a body, it has its ids and its place already.
    const atEnd = { id: how.id, groupId: how.groupId, groupIndex: how.groupIndex, chord: how.chord }
    const result = freeze(task, { rootId: how.rootId, ...(isLast && !endsGroup ? atEnd : {}) }, ports)
    if (previous !== null) {
      if (ports.chainsAreLinks()) addToList(linkedPart(task), 'link', closed(previous.task))
      previous.result.parent ??= result
    }
    for (const errback of how.errbacks) linkError(task, errback, ports.errbacksOnHeader())
    steps.push(task)
    results.push(result)
    previous = { task, result: task.type === 'chord' ? topOf(result) : result }
  }
  // As Celery: null too.
  chain.options.task_id = how.id
  return { steps, result: results[0] ?? resultNode(how.id ?? ports.uuid()) }
}

function unrolled(task: OpenSignature): OpenSignature {
  const [only, more] = task.type === 'group' ? partsOf(task) : []
  return only !== undefined && more === undefined ? only : task
}

/** As Celery: a group's result has no task id to take over. */
function upgradeOptions(result: ResultNode, rootId: string | null): Options {
  return result.children === null ? { task_id: result.id, root_id: rootId } : { root_id: rootId }
}

/** A link of a chord is one of its body. */
function linkedPart(task: OpenSignature): OpenSignature {
  return task.type === 'chord' ? linkedPart(bodyOf(task)) : task
}

function isOpen(value: OpenSignature['kwargs'][string]): value is OpenSignature {
  return typeof value === 'object' && value !== null && 'options' in value && 'items' in value
}

function setIndex(options: Options, { groupIndex }: Fixed): void {
  if (groupIndex !== null && groupIndex !== undefined) options.group_index = groupIndex
}

function idOf(options: Options): string {
  return textOrNull(options.task_id) ?? ''
}
