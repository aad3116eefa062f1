/**
 * Celery events as facts. In: what was published on `/N.celeryev/<type>`; out: `task-event` and `worker-event`.
 * `task.multi` carries a list of task events. Celery: celery/events/event.py; PROTOCOL.md 12
 */
import type { Envelope } from '../engine/message/envelope.js'
import { readEventBody } from '../engine/message/plain-envelope.js'
import { stringifyJson } from '../engine/serialization/json.js'
import type { EventFact, TaskEventType } from '../contract/feed.js'

const TASK_EVENTS: ReadonlySet<string> = new Set<TaskEventType>([
  'task-sent',
  'task-received',
  'task-started',
  'task-succeeded',
  'task-failed',
  'task-rejected',
  'task-revoked',
  'task-retried',
])
const WORKER_EVENTS = new Set(['worker-online', 'worker-heartbeat', 'worker-offline'])
/** Every event has these; what is left are the type's own fields. */
const COMMON_FIELDS = new Set(['hostname', 'utcoffset', 'pid', 'clock', 'timestamp', 'type', 'uuid'])
const LONGEST_FIELD = 2_000

export function eventsPattern(db: number): string {
  return `/${db}.celeryev/*`
}

/** Anything that is no event of Celery's is no fact: others may publish on the same channels. */
export function eventFacts(message: string): readonly EventFact[] {
  const body = readBody(message)
  const events: readonly unknown[] = Array.isArray(body) ? body : [body]
  return events.flatMap((event) => eventFact(event))
}

function readBody(message: string): unknown {
  try {
    const envelope: unknown = JSON.parse(message)
    if (!isObject(envelope) || typeof envelope['body'] !== 'string') return null
    const { properties, 'content-type': type } = envelope
    if (type !== undefined && type !== 'application/json') return otherBody(envelope)
    const encoded = isObject(properties) && properties['body_encoding'] === 'base64'
    return JSON.parse(encoded ? Buffer.from(envelope['body'], 'base64').toString('utf8') : envelope['body'])
  } catch {
    return null // events are lossy by design; one that cannot be read is one not seen
  }
}

/** `event_serializer` of the learner's. */
function otherBody(envelope: object): unknown {
  return JSON.parse(stringifyJson(readEventBody(envelope as Envelope))) // what is missing in it throws, and is not seen
}

function eventFact(event: unknown): readonly EventFact[] {
  if (!isObject(event)) return []
  const { type, hostname, pid, clock } = event
  if (typeof type !== 'string' || typeof hostname !== 'string') return []
  const common = { hostname, pid: numberOr0(pid), clock: numberOr0(clock), fields: ownFields(event) }
  if (isTaskEvent(type)) {
    return typeof event['uuid'] === 'string' ? [{ kind: 'task-event', type, taskId: event['uuid'], ...common }] : []
  }
  return isWorkerEvent(type) ? [{ kind: 'worker-event', type, ...common }] : []
}

function ownFields(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = Object.entries(event).filter(([name]) => !COMMON_FIELDS.has(name))
  return Object.fromEntries(
    own.map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, LONGEST_FIELD) : value]),
  )
}

function isTaskEvent(type: string): type is TaskEventType {
  return TASK_EVENTS.has(type)
}

function isWorkerEvent(type: string): type is 'worker-online' | 'worker-heartbeat' | 'worker-offline' {
  return WORKER_EVENTS.has(type)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
