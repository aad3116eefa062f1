/**
 * Stamps: headers of one's own on every message that a canvas becomes, given as they are or by a visitor. They are options
 * of a signature, and its `stamped_headers` names which of them they are. Celery: celery/canvas.py (StampingVisitor, stamp)
 */
import type { Signature } from '../message/envelope.js'
import { isObject, isSignature } from '../message/shapes.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'

/**
 * Goes through a canvas; each method answers stamps for what it is called with and for all that is inside of it. `headers`
 * are those that have been given so far.
 */
export interface StampingVisitor {
  onSignature(sig: Signature, headers: WireObject): WireObject
  onGroupStart?(group: Signature, headers: WireObject): WireObject
  onGroupEnd?(group: Signature, headers: WireObject): void
  onChainStart?(chain: Signature, headers: WireObject): WireObject
  onChainEnd?(chain: Signature, headers: WireObject): void
  /** Absent: as for a group, with the header as one. */
  onChordHeaderStart?(chord: Signature, headers: WireObject): WireObject
  onChordHeaderEnd?(chord: Signature, headers: WireObject): void
  onChordBody?(chord: Signature, headers: WireObject): WireObject
  onCallback?(callback: Signature, headers: WireObject): WireObject
  onErrback?(errback: Signature, headers: WireObject): WireObject
}

export interface StampOptions {
  /** A stamp that is there already becomes a list of both; otherwise it gives way. */
  readonly append?: boolean
}

/** The signature with its stamps, and so all its parts and links; the one that is given stays as it is. */
export function stamp(sig: Signature, stamps: WireObject | StampingVisitor, options: StampOptions = {}): Signature {
  const visitor = isVisitor(stamps) ? stamps : null
  return new Stamping(visitor, options.append === true).all(sig, isVisitor(stamps) ? {} : stamps)
}

function isVisitor(stamps: WireObject | StampingVisitor): stamps is StampingVisitor {
  return typeof (stamps as Partial<StampingVisitor>).onSignature === 'function'
}

class Stamping {
  private readonly visitor: StampingVisitor | null
  private readonly append: boolean

  constructor(visitor: StampingVisitor | null, append: boolean) {
    this.visitor = visitor
    this.append = append
  }

  all(sig: Signature, headers: WireObject): Signature {
    switch (sig.subtask_type) {
      case 'chain':
        return this.chain(sig, headers)
      case 'group':
        return this.group(sig, headers)
      case 'chord':
        return this.chord(sig, headers)
      default:
        return this.task(sig, headers)
    }
  }

  private task(sig: Signature, headers: WireObject): Signature {
    const linked = this.withLinks(sig, headers, this.append)
    const own = this.visitor?.onSignature(linked, headers) ?? null
    return { ...linked, options: { ...linked.options, ...this.collected(linked, own, headers) } }
  }

  private chain(sig: Signature, headers: WireObject): Signature {
    const { visitor } = this
    const given = this.collected(sig, visitor && (visitor.onChainStart?.(sig, headers) ?? {}), headers)
    const linked = this.withLinks(sig, given, false) // As Celery: whatever was asked for, these are not appended
    const stamped = withKwargs(linked, { tasks: this.each(sig.kwargs.tasks, given) })
    visitor?.onChainEnd?.(stamped, given)
    return stamped
  }

  private group(sig: Signature, headers: WireObject): Signature {
    const { visitor } = this
    const given = this.collected(sig, visitor && (visitor.onGroupStart?.(sig, headers) ?? {}), headers)
    const linked = this.withLinks(sig, given, this.append)
    const stamped = withKwargs(linked, { tasks: this.each(sig.kwargs.tasks, given) })
    visitor?.onGroupEnd?.(stamped, given)
    return stamped
  }

  private chord(sig: Signature, headers: WireObject): Signature {
    const { visitor } = this
    const started = visitor?.onChordHeaderStart
      ? visitor.onChordHeaderStart(sig, headers)
      : visitor?.onGroupStart?.(headerOf(sig), headers)
    const given = this.collected(sig, visitor && (started ?? {}), headers)
    const linked = this.withLinks(sig, given, this.append)
    const { header, body } = sig.kwargs
    const members = isSignature(header) ? header.kwargs.tasks : header
    const stamped = withKwargs(linked, { header: this.each(members, given) })
    if (visitor?.onChordHeaderEnd) visitor.onChordHeaderEnd(stamped, given)
    else visitor?.onGroupEnd?.(headerOf(stamped), given)
    if (visitor === null || !isSignature(body)) return stamped // As Celery: without a visitor the body is not stamped
    const ofBody = this.collected(sig, visitor.onChordBody?.(stamped, given) ?? {}, given)
    return withKwargs(stamped, { body: this.all(body, ofBody) })
  }

  private each(parts: WireValue | undefined, headers: WireObject): readonly WireValue[] {
    const list = Array.isArray(parts) ? (parts as readonly WireValue[]) : []
    return list.map((part) => (isSignature(part) ? this.all(part, headers) : part))
  }

  /** Callbacks and errbacks; the stamps of what they belong to are not theirs. */
  private withLinks(sig: Signature, headers: WireObject, append: boolean): Signature {
    const links: Record<string, WireValue> = {}
    for (const [option, ask] of [
      ['link', 'onCallback'],
      ['link_error', 'onErrback'],
    ] as const) {
      const given = sig.options[option]
      if (given === undefined || given === null) continue
      let handedOn = headers
      links[option] = (Array.isArray(given) ? (given as readonly WireValue[]) : [given]).map((link) => {
        if (!isSignature(link)) return link
        const own = this.visitor && (this.visitor[ask]?.(link, handedOn) ?? {})
        // As Celery: what one link gets, those after it get too.
        handedOn = merged(own, handedOn, append)
        return new Stamping(this.visitor, append).all(link, handedOn)
      })
    }
    return { ...sig, options: { ...sig.options, ...links } }
  }

  /** Those that are handed on, those of the visitor, and those it has already, as one. */
  private collected({ options }: Signature, own: WireObject | null, headers: WireObject): WireObject {
    const found = merged(own, headers, this.append)
    const names = unique([...textsOf(found.stamped_headers), ...textsOf(options.stamped_headers)])
    const before = Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)))
    return joined({ ...found, stamped_headers: names }, before, this.append)
  }
}

function merged(own: WireObject | null, headers: WireObject, append: boolean): WireObject {
  const found = own === null ? named(headers) : joined(named(headers), named(own), append)
  return { ...found, stamped_headers: unique(textsOf(found.stamped_headers)) }
}

function named(headers: WireObject): WireObject {
  return 'stamped_headers' in headers ? headers : { ...headers, stamped_headers: Object.keys(headers) }
}

/** As Celery: of two values the first stays, unless they are appended; lists and objects are joined in any case. */
function joined(into: WireObject, more: WireObject, append: boolean): WireObject {
  const all: Record<string, WireValue> = { ...into }
  for (const [name, value] of Object.entries(more)) {
    const known = all[name]
    if (known === undefined) all[name] = value
    else if (isObject(known) && isObject(value)) all[name] = joined(known, value, append)
    else if (Array.isArray(known) && Array.isArray(value)) all[name] = [...known, ...value] as readonly WireValue[]
    else if (append) all[name] = [...listed(known), ...(Array.isArray(value) ? listed(value) : [value])]
  }
  return all
}

function listed(value: WireValue): readonly WireValue[] {
  if (value === null) return []
  return Array.isArray(value) ? (value as readonly WireValue[]) : [value] // isArray does not narrow readonly arrays
}

function textsOf(value: WireValue | undefined): readonly string[] {
  return listed(value ?? null).filter((name) => typeof name === 'string')
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

function headerOf({ kwargs: { header } }: Signature): Signature {
  if (isSignature(header)) return header
  const group = { task: 'celery.group', args: [], kwargs: { tasks: header ?? [] } }
  return { ...group, options: {}, subtask_type: 'group', immutable: false }
}

function withKwargs(sig: Signature, kwargs: WireObject): Signature {
  return { ...sig, kwargs: { ...sig.kwargs, ...kwargs } }
}
