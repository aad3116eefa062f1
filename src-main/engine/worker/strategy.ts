/**
 * Decides what becomes of a delivered message. Pure: the message and what the worker knows go in, a decision comes out,
 * and `consumer/tasks-step.ts` carries it out. Celery: celery/worker/strategy.py, celery/worker/consumer/consumer.py
 */
import { parseIsoTime } from '../message/python-time.js'
import type { TaskReading } from '../message/read.js'
import type { TaskMessage } from '../message/task-message.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireValue } from '../serialization/wire-value.js'
import type { ReceivedTask } from './request/received-task.js'

export interface StrategyFacts {
  readonly nowMs: number
  readonly isRegistered: (taskName: string) => boolean
  readonly isRevoked: (task: ReceivedTask) => boolean
  /** Starts of this type are rationed: it waits its turn, if only for no time. */
  readonly isRateLimited: (taskName: string) => boolean
}

export type Decision =
  | { readonly kind: 'to-pool'; readonly task: ReceivedTask }
  | { readonly kind: 'wait-until'; readonly task: ReceivedTask; readonly atMs: number }
  | { readonly kind: 'rate-limited'; readonly task: ReceivedTask }
  | { readonly kind: 'drop'; readonly task: ReceivedTask; readonly why: 'revoked' | 'expired' }
  | { readonly kind: 'unknown-task'; readonly task: ReceivedTask }
  /** A task message that breaks a rule of its own: `Received invalid task message: …` */
  | { readonly kind: 'reject'; readonly reason: string }
  /** No task message, or one that cannot be read. */
  | { readonly kind: 'unreadable'; readonly what: 'unknown' | 'undecodable' | 'malformed'; readonly reason: string }

export function decide(reading: TaskReading, facts: StrategyFacts): Decision {
  switch (reading.kind) {
    case 'unknown':
      return { kind: 'unreadable', what: 'unknown', reason: 'it is no task message' }
    case 'undecodable':
    case 'malformed':
      return { kind: 'unreadable', what: reading.kind, reason: reading.reason }
    case 'not-accepted':
      return { kind: 'reject', reason: reading.reason }
    case 'task':
      return decideTask(reading.message, facts)
  }
}

function decideTask(message: TaskMessage, facts: StrategyFacts): Decision {
  const { headers } = message
  const eta = readTime(headers.eta, 'ETA')
  const expires = readTime(headers.expires, 'expires')
  const task: ReceivedTask = {
    name: headers.task,
    taskId: headers.id,
    displayName: headers.shadow || headers.task,
    message,
    etaMs: eta.atMs,
    expiresMs: expires.atMs,
  }
  if (!facts.isRegistered(task.name)) return { kind: 'unknown-task', task }
  const wrong = eta.wrong ?? expires.wrong
  if (wrong) return { kind: 'reject', reason: wrong }
  if (task.expiresMs !== null && task.expiresMs < facts.nowMs) return { kind: 'drop', task, why: 'expired' }
  if (facts.isRevoked(task)) return { kind: 'drop', task, why: 'revoked' }
  // Celery sends an eta in the past through its timer too, which fires at once: the outcome is the same.
  if (task.etaMs !== null && task.etaMs > facts.nowMs) return { kind: 'wait-until', task, atMs: task.etaMs }
  if (facts.isRateLimited(task.name)) return { kind: 'rate-limited', task }
  return { kind: 'to-pool', task }
}

function readTime(
  value: WireValue | undefined,
  what: string,
): { readonly atMs: number | null; readonly wrong?: string } {
  if (value === null || value === undefined || value === '') return { atMs: null }
  const atMs = typeof value === 'string' ? parseIsoTime(value) : null
  if (atMs !== null) return { atMs }
  return { atMs, wrong: `invalid ${what} value ${pythonRepr(value)}: expected a date and time in ISO 8601` }
}
