/**
 * A signature while it is made ready to be sent: ids are written into it, and its parts (the steps of a chain, the
 * members of a group, a chord's header and body) are signatures too. As in Celery a part may belong to several owners at
 * once, a chord's body to each task of its header, so that an id that is fixed later is seen by all of them.
 * Celery: celery/canvas.py (Signature and its subclasses: from_dict, clone, _merge)
 */
import type { Signature } from '../message/envelope.js'
import { isObject, isSignature } from '../message/shapes.js'
import { stringifyJson } from '../serialization/json.js'
import { PyTuple } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

/** `chord` is the body that a task counts for. */
export type Option = WireValue | OpenSignature
export type Options = Record<string, Option>
/** Parts are open, arguments of a task are plain. */
export type Held = Option | OpenSignature[]

export class OpenSignature {
  readonly task: string
  /** A PyTuple is shown as `(2, 3)` in argsrepr. */
  args: readonly WireValue[] | PyTuple
  kwargs: Record<string, Held>
  options: Options
  readonly type: string | null
  immutable: boolean
  /** Keys that nobody knows travel on. */
  readonly others: WireObject

  constructor(parts: Omit<OpenSignature, 'items'>) {
    this.task = parts.task
    this.args = parts.args
    this.kwargs = parts.kwargs
    this.options = parts.options
    this.type = parts.type
    this.immutable = parts.immutable
    this.others = parts.others
  }

  get items(): readonly WireValue[] {
    return this.args instanceof PyTuple ? this.args.items : this.args
  }
}

/** `fromCaller`: its arguments were positional ones, which Python shows as a tuple; those off the wire are a list. */
export function opened(sig: Signature, fromCaller = false): OpenSignature {
  const { task, args, kwargs, options, subtask_type: type, immutable, ...others } = sig as WireObject
  const given = Array.isArray(args) ? (args as readonly WireValue[]) : [] // isArray does not narrow readonly arrays
  return new OpenSignature({
    task: task as string, // isSignature has looked
    args: fromCaller ? new PyTuple(given) : given,
    kwargs: openedParts(typeof type === 'string' ? type : null, isObject(kwargs) ? kwargs : {}, fromCaller),
    options: openedOptions(isObject(options) ? options : {}),
    type: typeof type === 'string' ? type : null,
    immutable: immutable === true,
    others,
  })
}

function openedParts(type: string | null, kwargs: WireObject, fromCaller: boolean): Record<string, Held> {
  const one = (value: WireValue): OpenSignature[] => (isSignature(value) ? [opened(value, fromCaller)] : [])
  const list = (value: WireValue | undefined): OpenSignature[] =>
    Array.isArray(value) ? (value as readonly WireValue[]).flatMap(one) : []
  if (type === 'chain' || type === 'group') return { ...kwargs, tasks: list(kwargs.tasks) }
  if (type !== 'chord') return { ...kwargs }
  const { header, body } = kwargs
  if (!isSignature(body)) throw new TypeError('a chord has no body; its header is not sent')
  return {
    ...kwargs,
    // As Celery: a header that is a group of its own keeps its options only until the chord is cloned.
    header: isSignature(header) ? opened(header, fromCaller) : list(header),
    body: opened(body, fromCaller),
  }
}

function openedOptions(options: WireObject): Options {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]): [string, Option] => [
      name,
      name === 'chord' && isSignature(value) ? opened(value) : value,
    ]),
  )
}

export function closed(open: OpenSignature): Signature {
  return {
    ...open.others,
    task: open.task,
    args: open.items,
    kwargs: closedObject(open.kwargs),
    options: closedObject(open.options),
    subtask_type: open.type,
    immutable: open.immutable,
  }
}

function closedObject(object: Readonly<Record<string, Held>>): WireObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, closedValue(value)]))
}

function closedValue(value: Held): WireValue {
  if (value instanceof OpenSignature) return closed(value)
  // Only parts are arrays of open signatures, and those hold nothing else.
  if (Array.isArray(value)) return (value as readonly Held[]).map((item) => closedValue(item))
  return value as WireValue
}

/** Steps of a chain, members of a group, or the header of a chord as a list. The list itself, not a copy. */
export function partsOf(open: OpenSignature): OpenSignature[] {
  const held = open.type === 'chord' ? open.kwargs.header : open.kwargs.tasks
  if (held instanceof OpenSignature) return partsOf(held)
  return Array.isArray(held) ? (held as OpenSignature[]) : [] // `opened` has put nothing else there
}

export function bodyOf(chord: OpenSignature): OpenSignature {
  return chord.kwargs.body as OpenSignature // `opened` and `chordOf` refuse a chord without one
}

export function groupOf(tasks: OpenSignature[], options: Options = {}): OpenSignature {
  return composite('group', { tasks }, options)
}

export function chordOf(header: OpenSignature[], body: OpenSignature, options: Options = {}): OpenSignature {
  return composite('chord', { kwargs: {}, header, body }, options)
}

function composite(type: string, kwargs: Record<string, Held>, options: Options): OpenSignature {
  const rest = { args: new PyTuple([]), immutable: false, others: {} }
  return new OpenSignature({ task: `celery.${type}`, kwargs, options, type, ...rest })
}

/** Partial arguments come first; an immutable signature takes none. Options of the call win over its own. */
export function merged(
  open: OpenSignature,
  call: { readonly args?: readonly WireValue[]; readonly kwargs?: WireObject; readonly options?: Options },
): Pick<OpenSignature, 'args' | 'kwargs' | 'options'> {
  const { args = [], kwargs = {}, options = {} } = call
  // As Celery: its place in a group and its stamps are its own.
  const stamps = open.options.stamped_headers
  const fixed = new Set<WireValue>([
    'group_id',
    'stamped_headers',
    ...(Array.isArray(stamps) ? (stamps as readonly WireValue[]) : []),
  ])
  const mine = Object.entries(options).filter(([name]) => !fixed.has(name) || !(name in open.options))
  const all = { ...open.options, ...Object.fromEntries(mine) }
  if (open.immutable) return { args: open.args, kwargs: open.kwargs, options: all }
  return {
    args: args.length > 0 ? new PyTuple([...args, ...open.items]) : open.args,
    kwargs: { ...open.kwargs, ...kwargs },
    options: all,
  }
}

/** As Celery: a chain or group that is cloned forgets arguments of its own, and that it was immutable. */
export function cloned(open: OpenSignature, call: Parameters<typeof merged>[1] = {}): OpenSignature {
  const { args, kwargs, options } = merged(open, call)
  const { task, type, immutable, others } = open
  const copy = { task, type, options: { ...options }, others }
  const none = { args: new PyTuple([]), immutable: false }
  switch (type) {
    case 'chain':
      return new OpenSignature({ ...copy, ...none, kwargs: { tasks: partsOf(open).map((step) => cloned(step)) } })
    case 'group':
      return new OpenSignature({ ...copy, ...none, kwargs: { tasks: [...partsOf(open)] } })
    case 'chord': {
      const parts = { ...open.kwargs, header: [...partsOf(open)], body: cloned(bodyOf(open)) }
      return new OpenSignature({ ...copy, args, immutable, kwargs: parts })
    }
    default: {
      const tuple = args instanceof PyTuple ? args : new PyTuple(args)
      return new OpenSignature({ ...copy, args: tuple, immutable, kwargs: { ...kwargs } })
    }
  }
}

export function addToList(open: OpenSignature, name: 'link' | 'link_error', sig: WireValue): void {
  const known = open.options[name] ?? []
  const list = Array.isArray(known) ? (known as readonly WireValue[]) : [known as WireValue] // callbacks are kept plain
  const text = stringifyJson(sig)
  open.options[name] = list.some((other) => stringifyJson(other) === text) ? list : [...list, sig]
}

/** An errback of a group is one of each member; that of a chord belongs to its body, and to chords in its header. */
export function linkError(open: OpenSignature, errback: Signature, alsoHeader: boolean): void {
  if (open.type === 'group') {
    for (const member of partsOf(open)) linkError(member, errback, alsoHeader)
    return
  }
  if (open.type !== 'chord') return addToList(open, 'link_error', errback)
  for (const member of partsOf(open)) {
    if (alsoHeader) linkError(member, { ...errback, immutable: true }, alsoHeader)
    if (member.type === 'chord') linkError(member, errback, alsoHeader)
  }
  linkError(bodyOf(open), errback, alsoHeader)
}
