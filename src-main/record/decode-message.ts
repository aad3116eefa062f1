/**
 * A message as the learner sees it: the envelope that Redis holds, taken apart into named pieces, each with its own JSON text.
 * Nothing is parsed and printed again, so every digit is as it was sent. PROTOCOL.md 2.1–2.5
 */
import type { MessagePart, MessageView } from '../contract/views.js'
import { jsonElements, jsonMembers, readString } from './json-members.js'

const LONGEST_PART = 2_000
/** What the three elements of a body of protocol 2 are. */
const BODY_NAMES = ['args', 'kwargs', 'embed'] as const

/** Null: no envelope around a message. */
export function decodeMessage(deliveryTag: string, envelope: string): MessageView | null {
  const members = jsonMembers(envelope)
  const raw = readString(members?.get('body'))
  if (members === null || raw === null) return null
  const properties = jsonMembers(members.get('properties') ?? '') ?? new Map<string, string>()
  const contentType = readString(members.get('content-type'))
  const encoded = readString(properties.get('body_encoding')) === 'base64'
  const text = encoded ? Buffer.from(raw, 'base64').toString('utf8') : raw
  const readable = contentType === 'application/json' && !members.get('headers')?.includes('"compression"')
  return {
    deliveryTag,
    bytes: Buffer.byteLength(envelope),
    contentType,
    headers: parts('headers', jsonMembers(members.get('headers') ?? '') ?? new Map<string, string>()),
    properties: parts('properties', properties),
    body: (readable ? bodyParts(text) : null) ?? [part('body.raw', 'body', JSON.stringify(raw))],
  }
}

/** Protocol 2: a list of three. Protocol 1: an object with its names. Null: neither. */
function bodyParts(text: string): readonly MessagePart[] | null {
  const elements = jsonElements(text)
  if (elements?.length === BODY_NAMES.length)
    return BODY_NAMES.map((name, index) => part(`body.${name}`, name, elements[index] ?? ''))
  const members = jsonMembers(text)
  return members === null ? null : parts('body', members)
}

function parts(section: string, members: ReadonlyMap<string, string>): readonly MessagePart[] {
  return [...members].map(([name, text]) => part(`${section}.${name}`, name, text))
}

function part(path: string, name: string, text: string): MessagePart {
  return { path, name, text: text.length <= LONGEST_PART ? text : `${text.slice(0, LONGEST_PART - 1)}…` }
}
