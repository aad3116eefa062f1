/** The checks of phase 5, with facts that are nearly right above all. */
import { describe, expect, it } from 'vitest'
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge } from '../../../src-main/lesson-runner/checks/watch.js'
import {
  CHILD_PID,
  OTHER_CHILD_PID,
  WORKER_PID,
  acked,
  mail,
  published,
  stored,
  verdictOf,
} from '../hand-made-facts.js'

const passes = (check: CheckSpec, facts: readonly Fact[]): boolean => verdictOf(check, facts).passed

const call = (taskId: string, { status = 200, attempt = 1 } = {}): Fact => ({
  kind: 'ledger-row',
  effect: 'api',
  key: 'GET /seats/gala',
  summary: `GET /seats/gala → ${status}`,
  to: null,
  taskId,
  pid: CHILD_PID,
  attempt,
  status,
  refused: false,
})
const event = (type: 'task-retried' | 'task-failed' | 'task-succeeded', taskId: string, exception = ''): Fact => ({
  kind: 'task-event',
  type,
  taskId,
  hostname: 'celery@worker1',
  pid: WORKER_PID,
  clock: 1,
  fields: { exception },
})
const slot = (pid: number, taskId: string | null): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const died = (pid: number): Fact => ({
  kind: 'process-exited',
  process: 'worker@1/1',
  role: 'pool-process',
  pid,
  code: null,
  signal: 'SIGKILL',
  expected: false,
})

describe('attempts', () => {
  const once: CheckSpec = {
    kind: 'attempts',
    effect: 'api',
    tasks: 2,
    each: { atLeast: 1, atMost: 1 },
    all: true,
    done: false,
    published: false,
  }
  it('ties calls to their task, and counts the failed ones', () => {
    expect(passes(once, [call('a'), call('b', { status: 503 })])).toBe(true)
    expect(passes(once, [call('a'), call('a')])).toBe(false)
    expect(passes(once, [call('a'), call('b'), call('c'), call('c')])).toBe(false)
    expect(passes(once, [call('a'), mail('7', CHILD_PID, { taskId: 'b' })])).toBe(false)
  })
  it('says how many there were', () => {
    expect(verdictOf(once, [call('a'), call('b'), call('b')]).observed).toBe(
      '2 tasks made 3 API calls. Waiting for 2 tasks with exactly 1, and none with another number; 1 so far.',
    )
  })
})

describe('attempts that were done', () => {
  const one: CheckSpec = {
    kind: 'attempts',
    effect: 'mail',
    tasks: 2,
    each: { atLeast: 1, atMost: 1 },
    all: true,
    done: true,
    published: true,
  }
  const sent = (taskId: string, refused = false): Fact => mail(`order of ${taskId}`, CHILD_PID, { taskId, refused })
  it('is green when each published task has its one mail, and a refused try is none', () => {
    expect(passes(one, [published('a'), published('b'), sent('a', true), sent('a'), sent('b')])).toBe(true)
  })
  it('is red for a double, for a missing one, and for one too few', () => {
    expect(passes(one, [published('a'), published('b'), sent('a'), sent('b'), sent('b')])).toBe(false)
    expect(passes(one, [published('a'), published('b'), published('c'), sent('a'), sent('b')])).toBe(false)
    expect(passes(one, [published('a'), sent('a')])).toBe(false)
  })
})

describe('failed-at-once', () => {
  const check: CheckSpec = { kind: 'failed-at-once', exception: 'TypeError' }
  it('is red for what was retried first, and for another exception', () => {
    expect(passes(check, [event('task-failed', 'a', "TypeError('not a name')")])).toBe(true)
    expect(
      passes(check, [event('task-retried', 'a', "TypeError('x')"), event('task-failed', 'a', "TypeError('x')")]),
    ).toBe(false)
    expect(passes(check, [event('task-failed', 'a', "HTTPError('503')")])).toBe(false)
    expect(passes(check, [event('task-failed', 'a', "MyTypeError('x')")])).toBe(false)
  })
  it('is red again after a save: what failed before anything was retried says nothing', () => {
    const saved: Fact = { kind: 'file-saved', file: 'tasks.py', fingerprint: 'v2' }
    const before = event('task-failed', 'a', "TypeError('x')")
    expect(passes(check, [before, saved])).toBe(false)
    expect(passes(check, [before, saved, event('task-retried', 'b', "TypeError('x')"), event('task-failed', 'b', "TypeError('x')")])).toBe(false) // prettier-ignore
    expect(passes(check, [before, saved, event('task-failed', 'b', "TypeError('x')")])).toBe(true)
  })
})

describe('peak-rate', () => {
  const judged = (check: CheckSpec, times: readonly number[], fact = call('a', { attempt: 2 })): boolean => {
    const items = times.map((atMs, index): FeedItem => ({ seq: index + 1, atMs, fact }))
    return judge(startWatch(check, new Map()), new Situation(), items).passed
  }
  const calm: CheckSpec = { kind: 'peak-rate', effect: 'api', retriesOnly: true, rows: 4, atMost: 2 }
  const storm: CheckSpec = { kind: 'peak-rate', effect: 'api', retriesOnly: true, rows: 4, atLeast: 3 }
  it('slides its second over the calls', () => {
    expect(judged(calm, [0, 900, 1_850, 2_800])).toBe(true)
    expect(judged(calm, [0, 900, 950, 2_800])).toBe(false) // three within 950 ms
    expect(judged(calm, [0, 5_000, 9_000])).toBe(false) // calm, but too few to say so
    expect(judged(storm, [0, 500, 999, 5_000])).toBe(true)
    expect(judged(storm, [0, 500, 1_000, 5_000])).toBe(false)
  })
  it('begins anew when a file is saved', () => {
    const saved: Fact = { kind: 'file-saved', file: 'tasks.py', fingerprint: 'new' }
    const burst = [0, 1, 2, 3].map((atMs): FeedItem => ({ seq: atMs + 1, atMs, fact: call('a', { attempt: 2 }) }))
    const slow = [1_000, 2_500, 4_000, 5_500].map((atMs): FeedItem => ({
      seq: atMs,
      atMs,
      fact: call('b', { attempt: 2 }),
    }))
    const judgedAll = (items: readonly FeedItem[]): boolean =>
      judge(startWatch(calm, new Map()), new Situation(), items).passed
    expect(judgedAll([...burst, ...slow])).toBe(false)
    expect(judgedAll([...burst, { seq: 9, atMs: 500, fact: saved }, ...slow])).toBe(true)
  })
  it('does not count first attempts as retries', () => {
    expect(judged(storm, [0, 1, 2, 3], call('a', { attempt: 1 }))).toBe(false)
  })
})

describe('ran-again', () => {
  const runsAgain = {
    kind: 'ran-again',
    overlapping: false,
    processes: 2,
    succeeded: true,
    firstSentIt: false,
  } as const
  const again: CheckSpec = runsAgain
  const twice: CheckSpec = { ...runsAgain, overlapping: true, succeeded: false }
  it('needs a second process and a success after it', () => {
    const runs = [slot(CHILD_PID, 'a'), died(CHILD_PID), slot(OTHER_CHILD_PID, 'a')]
    expect(passes(again, runs)).toBe(false)
    expect(passes(again, [...runs, event('task-succeeded', 'a')])).toBe(true)
    expect(passes(again, [slot(CHILD_PID, 'a'), slot(OTHER_CHILD_PID, 'b'), event('task-succeeded', 'b')])).toBe(false)
  })
  it('overlaps only while the first is at it', () => {
    expect(passes(twice, [slot(CHILD_PID, 'a'), slot(OTHER_CHILD_PID, 'a')])).toBe(true)
    expect(passes(twice, [slot(CHILD_PID, 'a'), slot(CHILD_PID, null), slot(OTHER_CHILD_PID, 'a')])).toBe(false)
    expect(passes(twice, [slot(CHILD_PID, 'a'), died(CHILD_PID), slot(OTHER_CHILD_PID, 'a')])).toBe(false)
  })
  it('counts the mails of all its runs, and those of other tasks do not spoil it', () => {
    const killed = [
      slot(CHILD_PID, 'a'),
      mail('7', CHILD_PID, { taskId: 'a' }),
      died(CHILD_PID),
      slot(OTHER_CHILD_PID, 'a'),
    ]
    const second = mail('7', OTHER_CHILD_PID, { taskId: 'a' })
    const done = event('task-succeeded', 'a')
    const early = [mail('1', CHILD_PID, { taskId: 'x' }), mail('2', CHILD_PID, { taskId: 'y' })]
    const one: CheckSpec = { ...runsAgain, mails: 1, firstSentIt: true }
    const two: CheckSpec = { ...runsAgain, mails: 2 }
    expect(passes(one, [...early, ...killed, done])).toBe(true)
    expect(passes(one, [...killed, second, done])).toBe(false)
    expect(passes(two, [...early, ...killed, second, done])).toBe(true)
    expect(passes(two, [...early, ...killed, done])).toBe(false)
    // Killed before its mail: the second run sent the only one, which needs no key of its own.
    const beforeIt = [slot(CHILD_PID, 'a'), died(CHILD_PID), slot(OTHER_CHILD_PID, 'a'), second, done]
    expect(passes(one, beforeIt)).toBe(false)
    expect(passes({ ...one, firstSentIt: false }, beforeIt)).toBe(true)
  })
  it('says how often a message has gone round', () => {
    const round: CheckSpec = { ...runsAgain, processes: 3, succeeded: false }
    const twoRuns = [slot(1, 'a'), died(1), slot(2, 'a'), died(2)]
    expect(verdictOf(round, twoRuns).observed).toBe('A task has run in 2 processes. Waiting for 3.')
    expect(passes(round, [...twoRuns, slot(3, 'b')])).toBe(false)
    expect(passes(round, [...twoRuns, slot(3, 'a')])).toBe(true)
  })
})

describe('ledger and result-state', () => {
  it('tell API calls that were answered well from the others', () => {
    const well: CheckSpec = { kind: 'ledger', effect: 'api', answered: 'well', atLeast: 1, distinct: false }
    expect(passes(well, [call('a', { status: 503 })])).toBe(false)
    expect(passes(well, [call('a')])).toBe(true)
  })
  it('tell one exception from another', () => {
    const lost: CheckSpec = { kind: 'result-state', state: 'FAILURE', contains: 'WorkerLostError', atLeast: 1 }
    expect(passes(lost, [stored('a', 'FAILURE', '{"exc_type": "WorkerLostError"}')])).toBe(true)
    expect(passes(lost, [stored('a', 'FAILURE', '{"exc_type": "HTTPError"}')])).toBe(false)
  })
})

describe('task-path with stored', () => {
  const late: CheckSpec = { kind: 'task-path', stages: ['reserved', 'stored', 'acked', 'failed'] }
  const reserved = (taskId: string): Fact => ({
    kind: 'message-reserved',
    by: 'worker@1',
    queue: 'celery',
    deliveryTag: `tag-${taskId}`,
    taskId,
    taskName: 'tasks.send_confirmation',
  })
  it('tells a late ack from an early one, also after a try with the other', () => {
    const early = [reserved('a'), acked('a'), stored('a', 'FAILURE'), event('task-failed', 'a')]
    expect(passes(late, early)).toBe(false)
    expect(passes(late, [...early, reserved('b'), stored('b', 'FAILURE'), acked('b'), event('task-failed', 'b')])).toBe(
      true,
    )
  })
  it('with a text, wants it in the record: a mail server that refused is no lost worker', () => {
    const lost: CheckSpec = { ...late, contains: 'WorkerLostError' }
    const end = (exception: string): Fact[] => [
      reserved('a'),
      stored('a', 'FAILURE', `{"exc_type": "${exception}"}`),
      acked('a'),
      event('task-failed', 'a'),
    ]
    expect(passes(lost, end('ConnectionRefusedError'))).toBe(false)
    expect(passes(lost, end('WorkerLostError'))).toBe(true)
  })
  it('does not take a record that the task began for one that it is over', () => {
    expect(passes(late, [reserved('a'), stored('a', 'STARTED'), acked('a'), event('task-failed', 'a')])).toBe(false)
  })
})

describe('retry-wait', () => {
  const retry = (taskId: string, seconds: number, retries = 1): FeedItem => ({
    seq: 1,
    atMs: 1_000_000,
    fact: published(taskId, 'worker@1', { retries, eta: new Date(1_000_000 + seconds * 1000).toISOString() }),
  })
  const judged = (check: CheckSpec, items: readonly FeedItem[]) =>
    judge(startWatch(check, new Map()), new Situation(), items)
  const long: CheckSpec = { kind: 'retry-wait', atLeastSeconds: 170, retries: 1 }
  const short: CheckSpec = { kind: 'retry-wait', atLeastSeconds: 0, atMostSeconds: 10, retries: 2 }
  it('counts from the message to the time before which it must not run', () => {
    expect(judged(long, [retry('a', 179.9)]).passed).toBe(true)
    expect(judged(long, [retry('a', 2)])).toMatchObject({ passed: false, observed: expect.stringContaining('2.0 s') })
  })
  it('wants retries of one task', () => {
    expect(judged(short, [retry('a', 1), retry('b', 1)]).passed).toBe(false)
    expect(judged(short, [retry('a', 1), retry('a', 2, 2)]).passed).toBe(true)
    expect(judged(short, [retry('a', 1), retry('a', 180, 2)]).passed).toBe(false)
  })
  it('does not take a first message with a countdown for a retry', () => {
    expect(judged(long, [retry('a', 180, 0)]).passed).toBe(false)
  })
})
