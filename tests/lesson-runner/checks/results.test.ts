/** Checks of phase 4, with facts that are nearly right: those must stay red. */
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { startWatch } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge, type Verdict } from '../../../src-main/lesson-runner/checks/watch.js'
import { CHILD_PID, OTHER_CHILD_PID, published, stored, verdictOf, web, worker } from '../hand-made-facts.js'

const asked = (taskId: string, by = 'web'): Fact => ({ kind: 'result-asked', by, taskId })
const removed = (taskId: string, why: 'expired' | 'flushed' = 'expired'): Fact => ({
  kind: 'result-removed',
  why,
  by: null,
  taskIds: [taskId],
})
const slot = (taskId: string | null, pid = CHILD_PID): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const event = (taskId: string, type: 'task-started' | 'task-succeeded' | 'task-failed'): Fact => ({
  kind: 'task-event',
  type,
  taskId,
  hostname: 'celery@worker1',
  pid: 4200,
  clock: 1,
  fields: {},
})
const sentBy = (taskId: string, parentId: string | null, groupId: string | null = null): Fact =>
  ({ ...published(taskId, parentId === null ? 'web' : 'worker@1'), parentId, groupId }) as Fact
const says = (path: string, text: string, { status = 200, method = 'GET' } = {}): Fact => ({
  kind: 'http-response',
  requestId: path,
  method,
  path,
  status,
  durationMs: 10,
  webPid: 4100,
  text,
})
const died = (pid: number, role: 'pool-process' | 'worker' = 'pool-process', expected = false): Fact => ({
  kind: 'process-exited',
  process: role === 'worker' ? 'worker@1' : 'worker@1/1',
  role,
  pid,
  worker: 'worker@1',
  code: null,
  signal: 'SIGKILL',
  expected,
})
const STARTED = `{"pid": ${CHILD_PID}, "hostname": "celery@worker1"}`

/** Facts with the time of each, in milliseconds from the step's start. */
function verdictAt(check: CheckSpec, facts: readonly (readonly [number, Fact])[]): Verdict {
  const situation = new Situation()
  const before = [...web, ...worker].map((fact, index) => ({ seq: index + 1, atMs: index, fact }))
  for (const item of before) situation.see(item)
  const items = facts.map(([atMs, fact], index) => ({ seq: 100 + index, atMs: 1_000 + atMs, fact }))
  return judge(startWatch(check, new Map()), situation, items)
}

const passes = (check: CheckSpec, ...facts: readonly Fact[]): boolean => verdictOf(check, facts).passed

describe('result-asked', () => {
  const unknown: CheckSpec = { kind: 'result-asked', about: 'unknown' }
  test('an id that nothing was sent under', () => {
    expect(passes(unknown, asked('made-up'))).toBe(true)
    expect(passes(unknown, asked('made-up', 'python'))).toBe(true)
  })
  test('not one that was sent, not one that was stored, and not an id that was sent before the step', () => {
    expect(passes(unknown)).toBe(false)
    expect(passes(unknown, published('a'), asked('a'))).toBe(false)
    expect(passes(unknown, stored('a', 'SUCCESS'), asked('a'))).toBe(false)
    expect(verdictOf(unknown, [asked('a')], { before: [...web, published('a')] }).passed).toBe(false)
  })
})

describe('kept-results', () => {
  const none: CheckSpec = { kind: 'kept-results', kept: false, atLeast: 1 }
  const kept: CheckSpec = { kind: 'kept-results', kept: true, atLeast: 1 }
  const later: Fact = { kind: 'result-count', records: 0, bytes: 0 }
  test('a task that ended, and half a second later there is no record', () => {
    const facts = [[0, event('a', 'task-succeeded')]] as const
    expect(verdictAt(none, facts).passed).toBe(false)
    expect(verdictAt(none, [...facts, [600, later]]).passed).toBe(true)
  })
  test('a record that came a moment after the event is a record', () => {
    const facts: [number, Fact][] = [
      [0, event('a', 'task-succeeded')],
      [50, stored('a', 'SUCCESS')],
      [900, later],
    ]
    expect(verdictAt(none, facts).passed).toBe(false)
    expect(verdictAt(kept, facts).passed).toBe(true)
  })
  test('a task that only started has not ended', () => {
    expect(
      verdictAt(none, [
        [0, event('a', 'task-started')],
        [900, later],
      ]).passed,
    ).toBe(false)
  })
})

describe('result-steps', () => {
  const started: CheckSpec = { kind: 'result-steps', started: true, end: 'SUCCESS' }
  test('STARTED with the pid of a child, then SUCCESS', () => {
    expect(passes(started, stored('a', 'STARTED', STARTED), stored('a', 'SUCCESS'))).toBe(true)
  })
  test('not with the pid of a stranger, not without an end, and not spread over two tasks', () => {
    expect(passes(started, stored('a', 'STARTED', '{"pid": 1}'), stored('a', 'SUCCESS'))).toBe(false)
    expect(passes(started, stored('a', 'STARTED', STARTED))).toBe(false)
    expect(passes(started, stored('a', 'STARTED', STARTED), stored('b', 'SUCCESS'))).toBe(false)
    expect(passes(started, stored('a', 'STARTED', STARTED), stored('a', 'FAILURE'))).toBe(false)
    expect(passes(started, stored('a', 'STARTED', 'null'), stored('a', 'SUCCESS'))).toBe(false)
  })

  const values = (...numbers: readonly number[]): Fact[] =>
    numbers.map((n) => stored('a', 'PROGRESS', `{"done": ${n}}`))
  const progress: CheckSpec = { kind: 'result-steps', started: false, progress: 4, end: 'SUCCESS' }
  test('four different values, not four times the same one', () => {
    expect(passes(progress, ...values(1, 2, 3, 4), stored('a', 'SUCCESS'))).toBe(true)
    expect(passes(progress, ...values(1, 1, 1, 1), stored('a', 'SUCCESS'))).toBe(false)
    expect(passes(progress, ...values(1, 2, 3), stored('a', 'SUCCESS'))).toBe(false)
    expect(passes(progress, stored('a', 'STARTED', '1'), ...values(1, 2, 3), stored('a', 'SUCCESS'))).toBe(false)
  })

  const polled: CheckSpec = { ...progress, polled: 2 }
  test('the page asks while it changes, and once after the end', () => {
    const [one, two, three, four] = values(1, 2, 3, 4) as [Fact, Fact, Fact, Fact]
    const end = stored('a', 'SUCCESS')
    expect(passes(polled, one, asked('a'), two, asked('a'), three, four, end, asked('a'))).toBe(true)
    expect(passes(polled, one, asked('a'), two, asked('a'), three, four, end)).toBe(false)
    expect(passes(polled, one, asked('a'), asked('a'), two, three, four, end, asked('a'))).toBe(false)
    expect(passes(polled, one, asked('a', 'python'), two, asked('a', 'python'), three, four, end, asked('a'))).toBe(
      false,
    )
    expect(passes(polled, one, two, three, four, end, asked('a'), asked('a'))).toBe(false)
  })
})

describe('result-removed', () => {
  const expired: CheckSpec = { kind: 'result-removed', why: 'expired', atLeast: 1 }
  test('a finished task’s record expired; not one of a running task, and not one that was flushed', () => {
    expect(passes(expired, stored('a', 'SUCCESS'), removed('a'))).toBe(true)
    expect(passes(expired, stored('a', 'STARTED', STARTED), removed('a'))).toBe(false)
    expect(passes(expired, stored('a', 'SUCCESS'), removed('a', 'flushed'))).toBe(false)
    expect(passes(expired, stored('a', 'SUCCESS'))).toBe(false)
    expect(passes(expired, removed('a'))).toBe(false)
  })
})

describe('parent-child', () => {
  const starved: CheckSpec = { kind: 'parent-child', what: 'starved', forMs: 3_000 }
  const parentRuns: [number, Fact][] = [
    [0, sentBy('parent', null)],
    [10, slot('parent')],
    [100, sentBy('child', 'parent')],
  ]
  test('the parent runs on, and the child does not begin', () => {
    expect(verdictAt(starved, [...parentRuns, [3_200, slot(null)]]).passed).toBe(true)
    expect(verdictAt(starved, [...parentRuns, [2_000, slot(null)], [9_000, slot('child')]]).passed).toBe(false)
    expect(verdictAt(starved, [...parentRuns, [500, slot('child', OTHER_CHILD_PID)], [9_000, slot(null)]]).passed).toBe(
      false,
    )
    expect(
      verdictAt(starved, [
        [0, sentBy('x', null)],
        [10, slot('x')],
        [20, sentBy('y', null)],
        [9_000, slot(null)],
      ]).passed,
    ).toBe(false)
  })

  const handedOn: CheckSpec = { kind: 'parent-child', what: 'handed-on', forMs: 3_000 }
  test('the child begins when the parent has ended, and both succeed', () => {
    const chained = (end = 'SUCCESS', result = '4210'): Fact[] => [
      sentBy('parent', null),
      slot('parent'),
      stored('parent', 'SUCCESS', result),
      { ...sentBy('child', 'parent'), argsrepr: '(4210, 2025)' } as Fact,
      slot(null),
      slot('child'),
      stored('child', end),
    ]
    expect(passes(handedOn, ...chained())).toBe(true)
    expect(passes(handedOn, ...chained('FAILURE'))).toBe(false)
    expect(passes(handedOn, ...chained().slice(0, -1))).toBe(false)
    expect(passes(handedOn, ...chained('SUCCESS', '{"tickets": 4210}'))).toBe(true)
    // Sent and forgotten, or sent with a number of its own.
    for (const other of ['null', '"The summary is on its way."', '421', '210', '42']) expect(passes(handedOn, ...chained('SUCCESS', other))).toBe(false) // prettier-ignore
    // Sent and waited for, with a second child to run it.
    const [send, run, , child] = chained() as [Fact, Fact, Fact, Fact]
    const sideBySide = [
      slot('child', OTHER_CHILD_PID),
      stored('child', 'SUCCESS'),
      stored('parent', 'SUCCESS'),
      slot(null),
    ]
    expect(passes(handedOn, send, run, child, ...sideBySide)).toBe(false)
  })
})

describe('group-parts', () => {
  const check: CheckSpec = { kind: 'group-parts', succeeded: 4, failed: 1, join: 'given-up' }
  const parts = ['1', '2', '3', '4', '5']
  const sent = parts.map((id) => sentBy(id, null, 'group'))
  const four = parts.slice(0, 4).map((id) => stored(id, 'SUCCESS'))
  const broken = (part: string): string => `{"exc_type": "ChordError", "exc_message": ["Dependency ${part} raised X"]}`
  const chordError = stored('join', 'FAILURE', broken('5'))
  test('four and one, and a join that was given up without running', () => {
    expect(passes(check, ...sent, ...four, stored('5', 'FAILURE'), chordError)).toBe(true)
  })
  test('not while the join may still come, not when it ran, and not with parts of two groups', () => {
    expect(passes(check, ...sent, ...four, stored('5', 'FAILURE'))).toBe(false)
    expect(passes(check, ...sent, ...four, chordError)).toBe(false)
    expect(
      passes(check, ...sent, ...four, stored('5', 'SUCCESS'), slot('join'), stored('join', 'FAILURE', 'ChordError')),
    ).toBe(false)
    expect(passes(check, ...sent, ...four, stored('5', 'FAILURE'), stored('join', 'FAILURE', '"TypeError"'))).toBe(
      false,
    )
    const ofAnother = stored('join', 'FAILURE', broken('of-another-group'))
    expect(passes(check, ...sent, ...four, stored('5', 'FAILURE'), ofAnother)).toBe(false)
    const other = [...sent.slice(0, 4), sentBy('5', null, 'other'), ...four, stored('5', 'FAILURE'), chordError]
    expect(passes(check, ...other)).toBe(false)
  })
  test('a join that ran was sent by a part, and succeeded', () => {
    const ran: CheckSpec = { kind: 'group-parts', succeeded: 5, failed: 0, join: 'ran' }
    const all = [...sent, ...parts.map((id) => stored(id, 'SUCCESS'))]
    expect(passes(ran, ...all, sentBy('join', '5'), stored('join', 'SUCCESS'))).toBe(true)
    expect(passes(ran, ...all, sentBy('join', 'somebody'), stored('join', 'SUCCESS'))).toBe(false)
    expect(passes(ran, ...all, sentBy('join', '5'))).toBe(false)
  })
})

describe('page-says', () => {
  const plain: CheckSpec = { kind: 'page-says', path: '/orders/', says: ['done'], never: ['pending'] }
  test('the words, as words, on a page that was answered', () => {
    expect(passes(plain, says('/orders/1', 'Order 1: Done.'))).toBe(true)
    expect(passes(plain, says('/orders/1', 'Order 1: undone'))).toBe(false)
    expect(passes(plain, says('/orders/1', 'done, or pending'))).toBe(false)
    expect(passes(plain, says('/orders/1', 'done', { status: 500 }))).toBe(false)
    expect(passes(plain, says('/jobs/1', 'done'))).toBe(false)
    expect(passes(plain, says('/orders/1', 'done', { method: 'POST' }))).toBe(false)
  })

  const afterDeath: CheckSpec = {
    kind: 'page-says',
    path: '/orders/',
    says: ['unknown', 'ago'],
    earlier: ['running'],
    after: 'task-lost',
  }
  const running = says('/orders/1', 'running')
  const unknown = says('/orders/1', 'unknown, last seen 8 s ago')
  test('the same page, before and after the death of a process with its task', () => {
    expect(passes(afterDeath, slot('a'), running, died(CHILD_PID), unknown)).toBe(true)
    expect(passes(afterDeath, slot('a'), running, died(4200, 'worker'), unknown)).toBe(true)
  })
  test('not another page, not without a death, not the death of an idle child, and not a stop that was asked for', () => {
    expect(passes(afterDeath, slot('a'), running, died(CHILD_PID), says('/orders/2', 'unknown, 8 s ago'))).toBe(false)
    expect(passes(afterDeath, slot('a'), running, unknown)).toBe(false)
    expect(passes(afterDeath, slot('a'), running, slot(null), died(CHILD_PID), unknown)).toBe(false)
    expect(passes(afterDeath, slot('a'), running, died(CHILD_PID, 'pool-process', true), unknown)).toBe(false)
    expect(passes(afterDeath, slot('a'), unknown, died(CHILD_PID), unknown)).toBe(false)
    expect(passes(afterDeath, slot('a'), died(CHILD_PID), running, unknown)).toBe(false)
  })

  const afterExpiry: CheckSpec = { ...plain, earlier: ['done'], after: 'record-gone' } as CheckSpec
  test('after the record of a finished task is gone', () => {
    const done = says('/orders/1', 'done')
    expect(passes(afterExpiry, stored('a', 'SUCCESS'), done, removed('a'), done)).toBe(true)
    expect(passes(afterExpiry, stored('a', 'STARTED', STARTED), done, removed('a'), done)).toBe(false)
    expect(passes(afterExpiry, stored('a', 'SUCCESS'), done, removed('a'))).toBe(false)
    expect(passes(afterExpiry, stored('a', 'SUCCESS'), done, removed('a'), says('/orders/1', 'pending'))).toBe(false)
  })

  const outcome: CheckSpec = { kind: 'page-says', path: '/jobs/', says: ['done'], after: 'record-gone', outcome: true }
  test('with what the task of its path has returned, once its own record is gone', () => {
    const a = stored('a', 'SUCCESS', '"812 tickets"')
    const shown = says('/jobs/a', 'State: done 812 tickets')
    expect(passes(outcome, a, removed('a'), shown)).toBe(true)
    expect(passes(outcome, a, removed('a'), says('/jobs/a', 'State: done'))).toBe(false)
    expect(passes(outcome, a, removed('a'), says('/jobs/b', 'State: done 812 tickets'))).toBe(false)
    expect(passes(outcome, a, shown)).toBe(false)
    expect(passes(outcome, a, stored('b', 'SUCCESS', '"1"'), removed('b'), shown)).toBe(false)
  })
})
