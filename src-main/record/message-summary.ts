/** What the record keeps of a message or a result document: the names, never the body. PROTOCOL.md 2.1–2.5, 6 */
import { jsonElements, jsonMembers, readNumber, readString } from './json-members.js'

export interface MessageSummary {
  readonly deliveryTag: string
  readonly taskId: string
  readonly taskName: string
  readonly queue: string
  readonly argsrepr: string
  readonly kwargsrepr: string
  readonly retries: number
  readonly redelivered: boolean
  readonly eta: string | null
  readonly expires: string | null
  readonly parentId: string | null
  readonly groupId: string | null
}

/** Celery cuts reprs at 1,024 characters itself; a foreign producer may not. */
const LONGEST_REPR = 1_100
const LONGEST_RESULT = 2_000

/** A list item. Null: not an envelope around a task. */
export function messageInEnvelope(item: string): MessageSummary | null {
  const envelope = jsonMembers(item)
  const properties = jsonMembers(envelope?.get('properties') ?? '')
  const headers = jsonMembers(envelope?.get('headers') ?? '')
  if (envelope === null || properties === null) return null
  const deliveryTag = readString(properties.get('delivery_tag'))
  if (deliveryTag === null) return null
  const info = jsonMembers(properties.get('delivery_info') ?? '')
  // Protocol 1 has its names in the body, and the task id also as the correlation id.
  const body = headers?.has('task') === true ? headers : protocol1Body(envelope, properties)
  if (body === null) return null
  return {
    deliveryTag,
    taskId: readString(body.get('id')) ?? readString(properties.get('correlation_id')) ?? '',
    taskName: readString(body.get('task')) ?? '',
    queue: readString(info?.get('routing_key')) ?? '',
    argsrepr: cut(readString(body.get('argsrepr')) ?? body.get('args') ?? '', LONGEST_REPR),
    kwargsrepr: cut(readString(body.get('kwargsrepr')) ?? body.get('kwargs') ?? '', LONGEST_REPR),
    retries: readNumber(body.get('retries')) ?? 0,
    redelivered: info?.get('redelivered') === 'true' || headers?.get('redelivered') === 'true',
    eta: readString(body.get('eta')),
    expires: readString(body.get('expires')),
    parentId: readString(body.get('parent_id')),
    groupId: readString(body.get('group')),
  }
}

/** The value of a field of `unacked`: `[envelope, exchange, routing_key]`. */
export function messageInUnacked(value: string): MessageSummary | null {
  const [envelope, , routingKey] = jsonElements(value) ?? []
  const message = messageInEnvelope(envelope ?? '')
  if (message === null) return null
  return { ...message, queue: message.queue === '' ? (readString(routingKey) ?? '') : message.queue }
}

type Members = ReadonlyMap<string, string>

function protocol1Body(envelope: Members, properties: Members): Members | null {
  const raw = readString(envelope.get('body'))
  if (raw === null) return null
  const encoded = readString(properties.get('body_encoding')) === 'base64'
  const body = jsonMembers(encoded ? Buffer.from(raw, 'base64').toString('utf8') : raw)
  return body?.has('task') === true ? body : null
}

/** `state`, and the JSON text of `result` with every digit as it was stored. */
export function resultDocument(text: string): { readonly state: string; readonly resultText: string } | null {
  const members = jsonMembers(text)
  const state = readString(members?.get('status'))
  if (members === null || state === null) return null
  return { state, resultText: cut(members.get('result') ?? 'null', LONGEST_RESULT) }
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}
