/** Facts written by hand, for tests of checks: a web process, one worker with two children, and what they do. */
import type { Fact, FactOf, FeedItem } from '../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../src-main/lesson-runner/checks/situation.js'
import { judge, type Verdict } from '../../src-main/lesson-runner/checks/watch.js'

export const WEB_PID = 4100
export const WORKER_PID = 4200
export const CHILD_PID = 4201
export const OTHER_CHILD_PID = 4202

export function started(role: 'web' | 'worker' | 'pool-process', process: string, pid: number): Fact[] {
  const worker = role === 'pool-process' ? { worker: 'worker@1' } : {}
  return [
    { kind: 'process-started', process, role, pid, ...worker },
    { kind: 'process-ready', process, role, pid },
  ]
}

export function exited(role: 'web' | 'worker', process: string, pid: number): Fact {
  return { kind: 'process-exited', process, role, pid, code: 0, signal: null, expected: true }
}

export const mailIs = (running: boolean, delayMs: number, commitDelayMs = 0): Fact => ({
  kind: 'world-changed',
  mail: { running, delayMs },
  api: { running: true, latencyMs: 50, failureRate: 0, limitPerSecond: 0 },
  db: { commitDelayMs },
})

export const web = started('web', 'web', WEB_PID)
export const worker = [
  ...started('worker', 'worker@1', WORKER_PID),
  ...started('pool-process', 'worker@1/1', CHILD_PID),
  ...started('pool-process', 'worker@1/2', OTHER_CHILD_PID),
]

export const request = (requestId: string, path = '/buy'): Fact => ({
  kind: 'http-request',
  requestId,
  method: 'POST',
  path,
})

export const response = (requestId: string, durationMs: number, { path = '/buy', status = 201 } = {}): Fact => ({
  kind: 'http-response',
  requestId,
  method: 'POST',
  path,
  status,
  durationMs,
  webPid: WEB_PID,
})

export const published = (taskId: string, by = 'web', more: Partial<FactOf<'message-published'>> = {}): Fact => ({
  kind: 'message-published',
  by,
  queue: 'celery',
  priority: 0,
  deliveryTag: `tag-${taskId}`,
  taskId,
  taskName: 'tasks.send_confirmation',
  argsrepr: "(1, 'ada@example.com')",
  kwargsrepr: '{}',
  retries: 0,
  redelivered: false,
  eta: null,
  bytes: 900,
  ...more,
})

export const mail = (
  key: string,
  pid: number | null,
  { taskId = null as string | null, refused = false } = {},
): Fact => ({
  kind: 'ledger-row',
  effect: 'mail',
  key,
  summary: `Your ticket, order ${key}`,
  to: 'ada@example.com',
  taskId,
  pid,
  attempt: null,
  refused,
})

const client = (pid: number | null): { pid: number | null; taskId: null; attempt: null } => ({
  pid,
  taskId: null,
  attempt: null,
})

export const row = (
  table: string,
  id: string,
  columns: Readonly<Record<string, string | number | boolean | null>> = {},
  { transaction = null as string | null, pid = WEB_PID, change = 'insert' as 'insert' | 'update' | 'delete' } = {},
): Fact => ({ kind: 'db-row', change, table, id, row: { ...columns, id }, transaction, ...client(pid) })

export const transaction = (
  name: string,
  phase: 'began' | 'committing' | 'committed' | 'rolled-back',
  pid = WEB_PID,
): Fact => ({ kind: 'db-transaction', phase, transaction: name, ...client(pid) })

export const read = (id: string, found: boolean, pid = CHILD_PID, table = 'orders'): Fact => ({
  kind: 'db-read',
  table,
  id,
  found,
  transaction: null,
  ...client(pid),
})

export const acked = (taskId: string, by = 'worker@1'): Fact => ({
  kind: 'message-acked',
  by,
  deliveryTag: `tag-${taskId}`,
  taskId,
})

export const event = (
  type: FactOf<'task-event'>['type'],
  taskId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Fact => ({ kind: 'task-event', type, taskId, hostname: 'celery@worker1', pid: CHILD_PID, clock: 1, fields })

export const stored = (taskId: string, state = 'SUCCESS', resultText = 'null'): Fact => ({
  kind: 'result-stored',
  by: 'worker@1',
  taskId,
  state,
  resultText,
  ttlSeconds: 86_400,
})

export const logLine = (process: string, text: string): Fact => ({
  kind: 'log-line',
  process,
  stream: 'stderr',
  level: 'ERROR',
  text,
})

export const saved = (fingerprint: string): Fact => ({ kind: 'file-saved', file: 'tasks.py', fingerprint })

export const loaded = (pid: number, fingerprint: string, tasks: readonly string[] = []): Fact => ({
  kind: 'code-loaded',
  process: 'worker@1',
  pid,
  fingerprint,
  tasks,
})

export const lengths = (celery: number, unacked = 0): Fact => ({ kind: 'queue-lengths', queues: { celery }, unacked })

/** `before`: facts from before the step's start state. */
export function verdictOf(
  check: CheckSpec,
  facts: readonly Fact[],
  {
    before = [...web, ...worker, mailIs(true, 4000)] as readonly Fact[],
    rightAnswers = {} as Readonly<Record<string, readonly string[]>>,
  } = {},
): Verdict {
  const items = [...before, ...facts].map((fact, index): FeedItem => ({ seq: index + 1, atMs: 1_000 + index, fact }))
  const situation = new Situation()
  for (const item of items.slice(0, before.length)) situation.see(item)
  const answers = new Map(Object.entries(rightAnswers).map(([id, right]) => [id, { right, ordered: false }] as const))
  return judge(startWatch(check, answers), situation, items.slice(before.length))
}
