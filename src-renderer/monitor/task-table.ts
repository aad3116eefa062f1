/** Feed → one row a task: its name, state, attempts, runtime and worker, for the Tasks table. */
import type { Fact, FactOf, FeedItem } from '../../src-main/contract/feed.js'

export interface TaskRow {
  readonly taskId: string
  readonly taskName: string
  readonly state: string
  readonly attempts: number
  readonly deliveries: number
  readonly runtimeMs: number | null
  readonly worker: string | null
  readonly argsrepr: string
  readonly sentAtMs: number
}

export type TaskTable = ReadonlyMap<string, TaskRow>

export const EMPTY_TASKS: TaskTable = new Map()

const KEPT = 2000

const STATE_OF_EVENT: Readonly<Record<FactOf<'task-event'>['type'], string>> = {
  'task-sent': 'PENDING',
  'task-received': 'RECEIVED',
  'task-started': 'STARTED',
  'task-succeeded': 'SUCCESS',
  'task-failed': 'FAILURE',
  'task-rejected': 'REJECTED',
  'task-revoked': 'REVOKED',
  'task-retried': 'RETRY',
}
/** How far along a state is: an event that comes late does not take a task back. */
const ORDER: Readonly<Record<string, number>> = {
  PENDING: 0,
  RECEIVED: 1,
  STARTED: 2,
  RETRY: 3,
  SUCCESS: 4,
  FAILURE: 4,
  REVOKED: 4,
  REJECTED: 4,
}

export function projectTasks(before: TaskTable, items: readonly FeedItem[]): TaskTable {
  let table: Map<string, TaskRow> | null = null
  for (const { fact, atMs } of items) {
    if (fact.kind === 'stage-reset') {
      table = new Map()
      continue
    }
    const taskId = taskOf(fact)
    if (taskId === null) continue
    table ??= new Map(before)
    table.set(taskId, applyFact(table.get(taskId) ?? newRow(taskId, atMs), fact))
    if (table.size > KEPT)
      for (const oldest of table.keys()) {
        table.delete(oldest)
        break
      }
  }
  return table ?? before
}

function taskOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'message-published':
    case 'message-reserved':
    case 'task-event':
    case 'result-stored':
      return fact.taskId
    case 'slot':
      return fact.taskId
    default:
      return null
  }
}

function newRow(taskId: string, sentAtMs: number): TaskRow {
  return {
    taskId,
    taskName: '',
    state: 'PENDING',
    attempts: 0,
    deliveries: 0,
    runtimeMs: null,
    worker: null,
    argsrepr: '',
    sentAtMs,
  }
}

function applyFact(row: TaskRow, fact: Fact): TaskRow {
  switch (fact.kind) {
    case 'message-published': {
      const again = fact.retries > 0 || fact.redelivered
      const next = {
        ...row,
        taskName: fact.taskName,
        argsrepr: fact.argsrepr,
        attempts: Math.max(row.attempts, fact.retries + 1),
      }
      return { ...next, deliveries: row.deliveries + 1, state: again ? row.state : later(row.state, 'PENDING') }
    }
    case 'message-reserved':
      return { ...row, taskName: row.taskName === '' ? fact.taskName : row.taskName }
    case 'slot':
      return {
        ...row,
        worker: `${fact.worker} · ${String(fact.pid)}`,
        state: row.state === 'RETRY' ? 'STARTED' : later(row.state, 'STARTED'),
      }
    case 'result-stored':
      return { ...row, state: later(row.state, fact.state) }
    case 'task-event': {
      const runtime = fact.fields['runtime']
      const runtimeMs = typeof runtime === 'number' ? runtime * 1000 : row.runtimeMs
      return {
        ...row,
        state: later(row.state, STATE_OF_EVENT[fact.type]),
        runtimeMs,
        worker: row.worker ?? fact.hostname,
      }
    }
    default:
      return row
  }
}

function later(before: string, after: string): string {
  if (before === 'RETRY' && after === 'RECEIVED') return after
  return (ORDER[after] ?? 3) >= (ORDER[before] ?? 3) ? after : before
}
