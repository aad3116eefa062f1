/** Phase 3's checks against what nearly does it: the right thing too early, by the wrong process, half of it. All of that stays red. */
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { checkOf } from '../check-of.js'
import {
  CHILD_PID,
  OTHER_CHILD_PID,
  WEB_PID,
  WORKER_PID,
  acked,
  event,
  exited,
  lengths,
  loaded,
  logLine,
  mail,
  mailIs,
  published,
  read,
  request,
  response,
  row,
  saved,
  started,
  transaction,
  verdictOf,
} from '../hand-made-facts.js'

const passed = (check: CheckSpec, ...facts: Fact[]): boolean => verdictOf(check, facts).passed
const said = (check: CheckSpec, ...facts: Fact[]): string => verdictOf(check, facts).observed
const words = (key: string, pid: number, summary: string): Fact =>
  ({ ...mail(key, pid, { taskId: `t${key}` }), summary }) as Fact

describe('effect-of-version', () => {
  const old: CheckSpec = { kind: 'effect-of-version', effect: 'mail', version: 'old' }
  const both: CheckSpec = { ...old, version: 'old-then-new' }
  const before = [loaded(CHILD_PID, 'v1'), loaded(OTHER_CHILD_PID, 'v2')]

  it('knows by the fingerprints whose code was old', () => {
    expect(passed(old, ...before, saved('v2'), words('1', CHILD_PID, 'Your ticket, order 1'))).toBe(true)
    expect(passed(old, ...before, saved('v2'), words('1', OTHER_CHILD_PID, 'Your seat, order 1'))).toBe(false)
  })
  it('stays red before the save, for the web process, and for a child whose code nobody has told', () => {
    expect(passed(old, ...before, words('1', CHILD_PID, 'Your ticket'), saved('v2'))).toBe(false)
    expect(passed(old, ...before, saved('v2'), words('1', WEB_PID, 'Your ticket'))).toBe(false)
    expect(passed(old, saved('v2'), words('1', CHILD_PID, 'Your ticket'))).toBe(false)
  })
  it('wants new words from the saved version, after the old ones', () => {
    const story = [...before, saved('v2'), words('1', CHILD_PID, 'Your ticket, order 1')]
    expect(passed(both, ...story, words('2', OTHER_CHILD_PID, 'Your seat, order 2'))).toBe(true)
    expect(passed(both, ...story)).toBe(false)
    expect(passed(both, ...story, words('2', OTHER_CHILD_PID, 'Your ticket, order 2'))).toBe(false)
    expect(said(both, ...story, words('2', OTHER_CHILD_PID, 'Your ticket, order 2'))).toContain('the same words')
    expect(
      passed(
        both,
        ...before,
        saved('v2'),
        words('2', OTHER_CHILD_PID, 'Your seat'),
        words('1', CHILD_PID, 'Your ticket'),
      ),
    ).toBe(false)
  })
  it('does not take another task, which always had other words, for new words', () => {
    const sent = (key: string, task: string): Fact => published(`t${key}`, 'web', { taskName: task })
    const story = [sent('1', 'tasks.confirm'), ...before, saved('v2'), words('1', CHILD_PID, 'Your ticket, order 1')]
    const other = words('2', OTHER_CHILD_PID, 'Tonight at eight, reminder 2')
    expect(passed(both, ...story, sent('2', 'tasks.remind'), other)).toBe(false)
    expect(passed(both, ...story, sent('2', 'tasks.confirm'), other)).toBe(true)
  })
})

describe('unregistered', () => {
  const met: CheckSpec = { kind: 'unregistered', mended: false }
  const mended: CheckSpec = { kind: 'unregistered', mended: true }
  const sent = published('t1', 'web', { taskName: 'tasks.confirm_order' })
  const line = logLine('worker@1', "[…] Received unregistered task of type 'tasks.confirm_order'.")

  it('needs the message to be gone as well', () => {
    expect(passed(met, sent, line, acked('t1'))).toBe(true)
    expect(passed(met, sent, acked('t1'), line)).toBe(true)
    expect(passed(met, sent, line)).toBe(false)
    expect(passed(met, sent, line, published('t2'), acked('t2'))).toBe(false)
    expect(passed(met, request('r1'), { ...sent, by: 'python' } as Fact, line, acked('t1'))).toBe(false)
    expect(passed(met, sent, acked('t1'))).toBe(false)
  })
  it('is not fooled by another process that says the same', () => {
    expect(passed(met, sent, { ...line, process: 'web' } as Fact, acked('t1'))).toBe(false)
  })
  it('mended: the same worker works again, not started anew', () => {
    const story = [request('r1'), sent, line, acked('t1')]
    const mailed = mail('7', CHILD_PID, { taskId: 't7' })
    const work = [request('r7', '/buy?again'), published('t7'), mailed]
    expect(passed(mended, ...story)).toBe(false)
    expect(passed(mended, ...story, ...work)).toBe(true)
    expect(passed(mended, ...work, ...story)).toBe(false)
    expect(passed(mended, ...story, request('r7', '/remind'), published('t7'), mailed)).toBe(false)
    expect(passed(mended, ...story, published('t7', 'python'), mailed)).toBe(false)
    expect(passed(mended, ...story, mail('7', WEB_PID))).toBe(false)
    const restart = [exited('worker', 'worker@1', WORKER_PID), ...started('worker', 'worker@1', 4300)]
    expect(passed(mended, ...story, ...restart, ...work)).toBe(false)
    expect(said(mended, ...story, ...restart, ...work)).toContain('started anew')
    expect(passed(mended, ...story, ...restart, ...story, ...work)).toBe(true)
  })
})

describe('own-task', () => {
  const besides = ['tasks.send_confirmation']
  const is = (what: 'registered' | 'ran' | 'left-a-row'): CheckSpec => ({ kind: 'own-task', is: what, besides })
  const knows = loaded(WORKER_PID, 'v2', ['celery.ping', 'tasks.send_confirmation', 'tasks.thank'])
  const sent = published('t1', 'web', { taskName: 'tasks.thank' })

  it('is registered when the worker that was started last knows it', () => {
    expect(passed(is('registered'), knows)).toBe(true)
    expect(passed(is('registered'), loaded(WORKER_PID, 'v2', ['celery.ping', 'tasks.send_confirmation']))).toBe(false)
    expect(passed(is('registered'), loaded(WEB_PID, 'v2', ['tasks.thank']))).toBe(false)
    expect(passed(is('registered'), knows, loaded(WORKER_PID, 'v3', ['tasks.send_confirmation']))).toBe(false)
  })
  it('ran when its own message came to a child', () => {
    const slot = (taskId: string): Fact => ({ kind: 'slot', worker: 'worker@1', pid: CHILD_PID, taskId })
    expect(passed(is('ran'), knows, sent, slot('t1'))).toBe(true)
    expect(passed(is('ran'), knows, sent)).toBe(false)
    expect(passed(is('ran'), knows, published('t2'), slot('t2'))).toBe(false)
    expect(passed(is('ran'), sent, slot('t1'))).toBe(false)
  })
  it('left a row when a child caused it, not the web process', () => {
    expect(passed(is('left-a-row'), knows, sent, mail('x', CHILD_PID, { taskId: 't1' }))).toBe(true)
    expect(passed(is('left-a-row'), knows, sent, mail('x', WEB_PID, { taskId: 't1' }))).toBe(false)
    expect(passed(is('left-a-row'), knows, sent, mail('x', CHILD_PID, { taskId: 't2' }))).toBe(false)
    expect(passed(is('left-a-row'), knows, sent, mail('x', CHILD_PID, { taskId: 't1', refused: true }))).toBe(false)
  })
})

describe('ran-later and expired', () => {
  const check: CheckSpec = { kind: 'ran-later', atLeastSeconds: 0.003, withExpiry: true }
  const later = published('t1', 'web', { eta: '2026-01-01T00:00:04Z', expires: '2026-01-01T00:01:00Z' })
  const passing = [lengths(0), lengths(0), lengths(0)] // each of these facts comes a millisecond after the last

  it('wants time between the sending and the success of one task', () => {
    expect(passed(check, later, ...passing, event('task-succeeded', 't1'))).toBe(true)
    expect(passed(check, later, event('task-succeeded', 't1'))).toBe(false)
    expect(passed(check, later, ...passing, event('task-failed', 't1'))).toBe(false)
    expect(passed(check, later, ...passing, event('task-succeeded', 't2'))).toBe(false)
  })
  it('does not take a busy worker, a retry, or a message without expiry for it', () => {
    const busy = published('t1', 'web', { expires: '2026-01-01T00:01:00Z' })
    expect(passed(check, busy, ...passing, event('task-succeeded', 't1'))).toBe(false)
    const again = published('t1', 'worker@1', { eta: 'x', expires: 'y', retries: 1 })
    expect(passed(check, again, ...passing, event('task-succeeded', 't1'))).toBe(false)
    const endless = published('t1', 'web', { eta: 'x', expires: null })
    expect(passed(check, endless, ...passing, event('task-succeeded', 't1'))).toBe(false)
  })
  it('tells an expired task from one that was revoked by hand', () => {
    const expired: CheckSpec = { kind: 'events', type: 'task-revoked', fields: { expired: true }, atLeast: 1 }
    expect(passed(expired, event('task-revoked', 't1', { expired: true, terminated: false }))).toBe(true)
    expect(passed(expired, event('task-revoked', 't1', { expired: false, terminated: true }))).toBe(false)
  })
})

describe('queue-length, unheard', () => {
  const check: CheckSpec = { kind: 'queue-length', queue: 'reports', atLeast: 1, unacked: false, unheard: true }
  const waits: Fact = { kind: 'queue-lengths', queues: { celery: 0, reports: 2 }, unacked: 0 }
  const listens = (...queues: string[]): Fact => ({ kind: 'queues-consumed', by: 'worker@1', queues })

  it('holds while no worker that runs listens to the queue', () => {
    expect(passed(check, listens('celery'), waits)).toBe(true)
    expect(passed(check, listens('celery', 'reports'), waits)).toBe(false)
    expect(passed(check, waits, listens('reports'))).toBe(false)
    expect(passed(check, listens('reports'), waits, exited('worker', 'worker@1', WORKER_PID))).toBe(true)
    expect(passed(check, listens('celery'), lengths(3))).toBe(false)
  })
})

describe('published', () => {
  const check: CheckSpec = {
    kind: 'published',
    path: '/announce',
    atLeast: 2,
    underBytes: 1024,
    afterCommitOf: 'letters',
  }
  const page = [request('r1', '/announce'), transaction('t1', 'began'), row('letters', '1', {}, { transaction: 't1' })]
  const commit = [transaction('t1', 'committing'), transaction('t1', 'committed')]
  const [one, two] = [published('a'), published('b')]

  it('wants every message after the commit, and small', () => {
    expect(passed(check, ...page, ...commit, one, two)).toBe(true)
    expect(passed(check, ...page, ...commit, one)).toBe(false)
    expect(passed(check, ...page, one, ...commit, two)).toBe(false)
    expect(said(check, ...page, one, ...commit, two)).toContain('1 of them were sent before')
    expect(passed(check, ...page, ...commit, one, published('b', 'web', { bytes: 1024 }))).toBe(false)
  })
  it('does not take a commit that did not happen, or was another table’s, request’s or process’, for this one', () => {
    expect(passed(check, ...page, one, two)).toBe(false)
    expect(passed(check, ...page, transaction('t1', 'rolled-back'), one, two)).toBe(false)
    expect(passed(check, request('r1', '/announce'), row('orders', '1'), one, two)).toBe(false)
    expect(
      passed(
        check,
        ...page,
        ...commit,
        response('r1', 50, { path: '/announce' }),
        request('r2', '/announce'),
        one,
        two,
      ),
    ).toBe(false)
    expect(passed(check, request('r1', '/announce'), row('letters', '1', {}, { pid: CHILD_PID }), one, two)).toBe(false)
    expect(passed(check, request('r1', '/buy'), row('letters', '1'), one, two)).toBe(false)
  })
  it('counts a row that was committed by itself, and messages a worker sends on', () => {
    expect(passed(check, request('r1', '/announce'), row('letters', '1'), one, published('b', 'worker@1'))).toBe(true)
  })
})

describe('published, with mails', () => {
  const check: CheckSpec = { kind: 'published', path: '/announce', atLeast: 1, underBytes: 1024, mails: 2 }
  const post = request('r1', '/announce')
  const mailed = (key: string, taskId: string): Fact => mail(key, CHILD_PID, { taskId })

  it('wants the mails of that very request', () => {
    const both = [published('a'), published('b'), mailed('1', 'a'), mailed('2', 'b')]
    expect(passed(check, post, ...both)).toBe(true)
    expect(passed(check, post, published('a'), mailed('1', 'a'), mailed('1', 'a'))).toBe(false)
    const large = (id: string): Fact => published(id, 'web', { bytes: 5_000 })
    const second = [request('r2', '/announce'), large('c'), large('d'), mailed('3', 'c'), mailed('4', 'd')]
    expect(passed(check, post, published('a'), mailed('1', 'a'), ...second)).toBe(false)
  })
  it('one task that sends them all is a right way too', () => {
    expect(passed(check, post, published('a'), mailed('1', 'a'), mailed('2', 'a'))).toBe(true)
  })
})

describe('an order is no argument', () => {
  const refused = logLine('web', 'TypeError: Object of type Order is not JSON serializable')
  const found = (taskId: string): Fact => ({ ...read('2', true), taskId }) as Fact
  const sent = [request('r2'), published('b'), response('r2', 20, { status: 202 })]
  const mailed = mail('2', CHILD_PID, { taskId: 'b' })

  it('is mended by a task that reads the order itself, not by a copy beside which another task reads', async () => {
    const check = await checkOf('03-defining-and-calling', '-an-order-is-no-argument', 'by-id')
    expect(passed(check, refused, ...sent, found('b'), mailed)).toBe(true)
    expect(passed(check, refused, ...sent, found('c'), mailed)).toBe(false)
    expect(passed(check, refused, ...sent, mailed, found('b'))).toBe(false)
    expect(passed(check, ...sent, found('b'), mailed)).toBe(false)
  })
})

describe('a queue nobody reads', () => {
  it('is for the summary: a confirmation that waits there is not what was asked for', async () => {
    const check = await checkOf('03-defining-and-calling', '-a-queue-nobody-reads', 'routed')
    const sent = (taskName: string, by = 'web'): Fact => published('a', by, { taskName, queue: 'reports' })
    expect(passed(check, sent('tasks.sales_summary'))).toBe(true)
    expect(passed(check, sent('tasks.send_confirmation'))).toBe(false)
    expect(passed(check, sent('tasks.sales_summary', 'python'))).toBe(false)
  })
})

describe('the broker is away', () => {
  const redis: Fact[] = [{ kind: 'process-started', process: 'redis', role: 'redis', pid: 4400 }]
  const gone: Fact = { kind: 'process-exited', process: 'redis', role: 'redis', pid: 4400, code: 0, signal: null, expected: true } // prettier-ignore
  const slow = [gone, response('r1', 19_000, { status: 500 })]
  const quick = [response('r2', 100, { status: 500 }), response('r3', 100, { status: 500 })]

  it('wants a message from the page that is quick now: one that is broken, or asks for nothing, is quick too', async () => {
    const check = await checkOf('03-defining-and-calling', '-the-broker-is-away', 'back')
    expect(passed(check, ...slow, ...quick, ...redis, response('r4', 20))).toBe(false)
    expect(passed(check, ...slow, ...redis, ...quick, published('d'))).toBe(false)
    expect(passed(check, ...slow, published('c'), ...quick)).toBe(false)
    expect(passed(check, ...slow, ...quick, ...redis, published('d', 'python'))).toBe(false)
    expect(passed(check, ...slow, ...quick, ...redis, published('d'))).toBe(true)
  })
})

describe('the row that is not there yet', () => {
  const missed = read('1', false)
  const before = [...started('web', 'web', WEB_PID), ...started('pool-process', 'worker@1/1', CHILD_PID), mailIs(true, 0, 2_000)] // prettier-ignore
  const begun = [request('r2'), transaction('t2', 'began'), row('orders', '2', {}, { transaction: 't2' })]
  const committed = transaction('t2', 'committed')
  const sent = published('b')
  const done = [response('r2', 2_100), mail('2', CHILD_PID, { taskId: 'b' })]

  it('is mended by sending after the commit, not by a wait that happens to be long enough', async () => {
    const check = await checkOf('03-defining-and-calling', '-the-row-is-not-there', 'after-commit')
    expect(verdictOf(check, [missed, ...begun, committed, sent, ...done], { before }).passed).toBe(true)
    expect(verdictOf(check, [missed, ...begun, sent, committed, ...done], { before }).passed).toBe(false)
    expect(verdictOf(check, [...begun, committed, sent, ...done], { before }).passed).toBe(false)
  })
})
