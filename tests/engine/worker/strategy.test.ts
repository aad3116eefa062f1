import { describe, expect, it } from 'vitest'
import { decide, type Decision, type StrategyFacts } from '../../../src-main/engine/worker/strategy.js'
import type { TaskReading } from '../../../src-main/engine/message/read.js'
import type { TaskHeaders } from '../../../src-main/engine/message/envelope.js'

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0)
const bodyBytes = new Uint8Array()

function facts(change: Partial<StrategyFacts> = {}): StrategyFacts {
  return {
    nowMs,
    isRegistered: (name) => name === 'tasks.add',
    isRevoked: () => false,
    isRateLimited: () => false,
    ...change,
  }
}

function reading(change: Partial<Record<keyof TaskHeaders, unknown>> = {}): TaskReading {
  const headers = {
    lang: 'py',
    task: 'tasks.add',
    id: 'id-1',
    shadow: null,
    eta: null,
    expires: null,
    group: null,
    group_index: null,
    retries: 0,
    timelimit: [null, null],
    root_id: 'id-1',
    parent_id: null,
    argsrepr: '(2, 3)',
    kwargsrepr: '{}',
    origin: 'gen1@host',
    ignore_result: false,
    replaced_task_nesting: 0,
    stamped_headers: null,
    stamps: {},
    ...change,
  } as TaskHeaders
  const embed = { callbacks: null, errbacks: null, chain: null, chord: null }
  return { kind: 'task', message: { protocol: 2, headers, args: [2, 3], kwargs: {}, embed, bodyBytes } }
}

const rows: readonly {
  readonly title: string
  readonly read: TaskReading
  readonly facts?: Partial<StrategyFacts>
  readonly expected: Partial<Decision>
}[] = [
  { title: 'a plain task goes to the pool', read: reading(), expected: { kind: 'to-pool' } },
  {
    title: 'a task with a later eta waits until then',
    read: reading({ eta: '2026-11-22T12:00:30.500000+00:00' }),
    expected: { kind: 'wait-until', atMs: nowMs + 30_500 },
  },
  {
    title: 'an eta without an offset is UTC',
    read: reading({ eta: '2026-11-22T12:01:00' }),
    expected: { kind: 'wait-until', atMs: nowMs + 60_000 },
  },
  {
    title: 'an eta that has passed goes to the pool',
    read: reading({ eta: '2026-11-22T11:00:00Z' }),
    expected: { kind: 'to-pool' },
  },
  {
    title: 'an eta in another offset is compared as the same instant',
    read: reading({ eta: '2026-11-22T12:30:00+01:00' }),
    expected: { kind: 'to-pool' },
  },
  {
    title: 'an expired task is dropped',
    read: reading({ expires: '2026-11-22T11:59:59.999999+00:00' }),
    expected: { kind: 'drop', why: 'expired' },
  },
  {
    title: 'a task that expires later runs',
    read: reading({ expires: '2026-11-22T12:00:01+00:00' }),
    expected: { kind: 'to-pool' },
  },
  {
    title: 'a revoked task is dropped',
    read: reading(),
    facts: { isRevoked: ({ taskId }) => taskId === 'id-1' },
    expected: { kind: 'drop', why: 'revoked' },
  },
  {
    title: 'a task that is revoked and expired is dropped as expired',
    read: reading({ expires: '2026-11-22T11:00:00+00:00' }),
    facts: { isRevoked: () => true },
    expected: { kind: 'drop', why: 'expired' },
  },
  {
    title: 'a revoked task with a later eta is dropped at once',
    read: reading({ eta: '2026-11-22T13:00:00+00:00' }),
    facts: { isRevoked: () => true },
    expected: { kind: 'drop', why: 'revoked' },
  },
  {
    title: 'a task of a type with a rate limit waits its turn',
    read: reading(),
    facts: { isRateLimited: () => true },
    expected: { kind: 'rate-limited' },
  },
  {
    title: 'a task nobody registered is unknown',
    read: reading({ task: 'tasks.nope' }),
    expected: { kind: 'unknown-task' },
  },
  {
    title: 'a bad eta of an unknown task is an unknown task first, as in Celery',
    read: reading({ task: 'tasks.nope', eta: 'x' }),
    expected: { kind: 'unknown-task' },
  },
  {
    title: 'an eta that is no date is refused',
    read: reading({ eta: 'not-a-date' }),
    expected: { kind: 'reject', reason: "invalid ETA value 'not-a-date': expected a date and time in ISO 8601" },
  },
  {
    title: 'an eta that is a number is refused',
    read: reading({ eta: 5 }),
    expected: { kind: 'reject', reason: 'invalid ETA value 5: expected a date and time in ISO 8601' },
  },
  {
    title: 'an expires that is no date is refused',
    read: reading({ expires: 'soon' }),
    expected: { kind: 'reject', reason: "invalid expires value 'soon': expected a date and time in ISO 8601" },
  },
  {
    title: 'a content type that is not accepted is refused',
    read: { kind: 'not-accepted', reason: 'Refusing to deserialize untrusted content of type pickle', bodyBytes },
    expected: { kind: 'reject', reason: 'Refusing to deserialize untrusted content of type pickle' },
  },
  {
    title: 'what is no task message is unreadable',
    read: { kind: 'unknown', body: {}, bodyBytes },
    expected: { kind: 'unreadable', what: 'unknown' },
  },
  {
    title: 'a body that is not JSON is unreadable',
    read: { kind: 'undecodable', reason: 'Expecting value', bodyBytes },
    expected: { kind: 'unreadable', what: 'undecodable' },
  },
  {
    title: 'a body of another shape is unreadable',
    read: { kind: 'malformed', reason: 'the body is a list of 1', bodyBytes },
    expected: { kind: 'unreadable', what: 'malformed' },
  },
]

describe('decide', () => {
  for (const { title, read, facts: change, expected } of rows) {
    it(title, () => expect(decide(read, facts(change))).toMatchObject(expected))
  }
})
