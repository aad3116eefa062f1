/**
 * What a worker told Redis, as facts that a recording has as well: result documents, messages it sent, replies of control,
 * events one by one. Made of a recording's files, or of the commands that a Redis showed.
 */
import type { MonitorCommand } from '../../src-main/record/monitor-line.js'
import { parseJson, stringifyJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'

export interface Fact {
  readonly kind: 'document' | 'message' | 'reply' | 'event'
  /** Task id, group id or, of worker events, the type. */
  readonly about: string
  /** SETEX, LPUSH, RPUSH, PUBLISH. */
  readonly op: string
  readonly key: string
  readonly ttl: number | null
  readonly value: WireValue
}

/** One entry of messages.json, results.json or events.json. */
export function factsOfEntry(entry: WireObject): readonly Fact[] {
  const op = entry.op as string
  const key = (entry.key ?? entry.channel) as string
  if (entry.event !== undefined) return eventFacts(key, entry.event as WireValue)
  if (entry.envelope !== undefined) {
    const envelope = entry.envelope as WireObject
    return [messageFact(op, key, { ...envelope, body: bodyText(envelope.body as string, entry) })]
  }
  if (!key.includes('celery-task')) return []
  const value = (entry.value ?? (typeof entry.raw === 'string' ? json(entry.raw) : null)) as WireValue
  return [documentFact(op, key, typeof entry.ttl === 'number' ? entry.ttl : null, value)]
}

/** What one command tells; of most commands: nothing. */
export function factsOfCommand({ name, args }: MonitorCommand): readonly Fact[] {
  const [key = '', ...rest] = args
  const last = args.at(-1) ?? ''
  switch (name) {
    case 'SETEX':
      return key.includes('celery-task') ? [documentFact(name, key, Number(rest[0]), json(last))] : []
    case 'SET':
      return key.includes('celery-task') ? [setFact(key, rest)] : []
    case 'LPUSH':
    case 'RPUSH':
      if (key.includes('celery-taskset-meta-')) return [documentFact(name, key, null, json(last))] // an unordered chord
      return rest.filter(isEnvelope).map((text) => messageFact(name, key, parseJson(text) as WireObject))
    case 'PUBLISH':
      return key.includes('.celeryev/') ? eventFacts(key, bodyOf(parseJson(last) as WireObject)) : []
    default:
      return []
  }
}

/** `SET key value EX seconds`, or without an end. */
function setFact(key: string, [value = '', option, seconds]: readonly string[]): Fact {
  const expires = option?.toUpperCase() === 'EX'
  return documentFact(expires ? 'SETEX' : 'SET', key, expires ? Number(seconds) : null, json(value))
}

function documentFact(op: string, key: string, ttl: number | null, value: WireValue): Fact {
  return { kind: 'document', about: key.replace(/^.*celery-task(set)?-meta-/, ''), op, key, ttl, value }
}

function messageFact(op: string, key: string, envelope: WireObject): Fact {
  const isReply = key.endsWith('.reply.celery.pidbox')
  const about = isReply ? 'reply' : String((envelope.headers as WireObject | null)?.id ?? '')
  return { kind: isReply ? 'reply' : 'message', about, op, key, ttl: null, value: envelope }
}

function eventFacts(channel: string, body: WireValue): readonly Fact[] {
  const events = (Array.isArray(body) ? body : [body]) as readonly WireObject[]
  return events.map((event) => {
    const about = typeof event.uuid === 'string' ? event.uuid : (event.type as string)
    return { kind: 'event', about, op: 'PUBLISH', key: channel, ttl: null, value: event }
  })
}

function isEnvelope(text: string): boolean {
  return text.startsWith('{"body"')
}

export function bodyOf(envelope: WireObject): WireValue {
  return json(Buffer.from(envelope.body as string, 'base64').toString('utf8'))
}

/** Counters of chords are numbers as text. */
function json(text: string): WireValue {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}

/** The recorder put what it could decode beside the envelope. */
function bodyText(body: string, { body_decoded: decoded }: WireObject): string {
  return body.startsWith('(base64 of') ? Buffer.from(stringifyJson(decoded ?? null)).toString('base64') : body
}

/** Of the fact, and what its text names. */
export function idsIn(fact: Fact): readonly string[] {
  const text = stringifyJson(fact.kind === 'message' ? bodyOf(fact.value as WireObject) : fact.value)
  return [fact.about, ...(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])]
}

/** Which is not stored any more when another child has succeeded meanwhile. */
export function isRetryDocument({ kind, value }: Fact): boolean {
  return kind === 'document' && (value as { status?: string } | null)?.status === 'RETRY'
}
