/** Kinds of checks that phase 1 does not use, or uses in one way only: each green with its fact and red without. */
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import {
  CHILD_PID,
  WEB_PID,
  WORKER_PID,
  exited,
  lengths,
  mail,
  mailIs,
  published,
  request,
  response,
  stored,
  verdictOf,
  web,
  worker,
} from '../hand-made-facts.js'

const passes = (check: CheckSpec, facts: readonly Fact[]): boolean => verdictOf(check, facts).passed
const event = (type: 'task-started' | 'task-succeeded', taskId: string): Fact => ({
  kind: 'task-event',
  type,
  taskId,
  hostname: 'celery@worker1',
  pid: WORKER_PID,
  clock: 1,
  fields: {},
})
const line = (text: string, process = 'worker@1', level: 'INFO' | 'ERROR' = 'INFO'): Fact => ({
  kind: 'log-line',
  process,
  stream: 'stderr',
  level,
  text,
})

describe('wire', () => {
  it('counts acks, each delivery once, and only those of the role', () => {
    const acked: Fact = { kind: 'message-acked', by: 'worker@1', deliveryTag: 'd1', taskId: 't1' }
    expect(passes({ kind: 'wire', what: 'acked', atLeast: 1 }, [published('t1')])).toBe(false)
    expect(passes({ kind: 'wire', what: 'acked', atLeast: 1 }, [acked])).toBe(true)
    expect(passes({ kind: 'wire', what: 'acked', atLeast: 2 }, [acked, acked])).toBe(false)
    expect(passes({ kind: 'wire', what: 'published', by: 'web', atLeast: 1 }, [published('t1', 'worker@1')])).toBe(
      false,
    )
  })
})

describe('events and results', () => {
  it('count tasks, not notices', () => {
    const check: CheckSpec = { kind: 'events', type: 'task-succeeded', atLeast: 2 }
    expect(passes(check, [event('task-succeeded', 't1'), event('task-succeeded', 't1')])).toBe(false)
    expect(passes(check, [event('task-started', 't1'), event('task-succeeded', 't2')])).toBe(false)
    expect(passes(check, [event('task-succeeded', 't1'), event('task-succeeded', 't2')])).toBe(true)
  })
  it('a result that has moved on is no longer in its first state', () => {
    const check: CheckSpec = { kind: 'result-state', state: 'RETRY', atLeast: 1 }
    expect(passes(check, [stored('t1', 'RETRY')])).toBe(true)
    expect(passes(check, [stored('t1', 'RETRY'), stored('t1', 'SUCCESS')])).toBe(false)
  })
})

describe('log-line', () => {
  it('looks at text, process and level', () => {
    const check: CheckSpec = {
      kind: 'log-line',
      contains: 'unregistered',
      process: 'worker@1',
      level: 'ERROR',
      atLeast: 1,
    }
    expect(passes(check, [line('Received unregistered task', 'worker@1', 'ERROR')])).toBe(true)
    expect(passes(check, [line('Received unregistered task', 'web', 'ERROR')])).toBe(false)
    expect(passes(check, [line('Received unregistered task')])).toBe(false)
  })
})

describe('fault-seen', () => {
  const fault = (phase: 'started' | 'failed'): Fact => ({ kind: 'fault', order: { kind: 'stop-mail' }, phase })
  it('wants the fault to have taken hold', () => {
    expect(passes({ kind: 'fault-seen', fault: 'stop-mail' }, [fault('failed')])).toBe(false)
    expect(passes({ kind: 'fault-seen', fault: 'kill-worker' }, [fault('started')])).toBe(false)
    expect(passes({ kind: 'fault-seen', fault: 'stop-mail' }, [fault('failed'), fault('started')])).toBe(true)
  })
})

describe('loaded-code', () => {
  const saved: Fact = { kind: 'file-saved', file: 'tasks.py', fingerprint: 'aaaaaaaaaaaa' }
  const loaded = (fingerprint: string, pid = CHILD_PID): Fact => ({
    kind: 'code-loaded',
    process: 'worker@1/1',
    pid,
    fingerprint,
    tasks: ['tasks.send_confirmation'],
  })
  const check: CheckSpec = { kind: 'loaded-code', role: 'pool-process' }
  it('wants the saved version in a process of the role', () => {
    expect(passes(check, [loaded('aaaaaaaaaaaa')])).toBe(false)
    expect(passes(check, [saved, loaded('bbbbbbbbbbbb')])).toBe(false)
    expect(passes(check, [saved, loaded('aaaaaaaaaaaa', WEB_PID)])).toBe(false)
    expect(passes(check, [saved, loaded('aaaaaaaaaaaa')])).toBe(true)
  })
  it('wants the task to be registered when it names one', () => {
    expect(passes({ ...check, task: 'tasks.other' }, [saved, loaded('aaaaaaaaaaaa')])).toBe(false)
    expect(passes({ ...check, task: 'tasks.send_confirmation' }, [saved, loaded('aaaaaaaaaaaa')])).toBe(true)
  })
})

describe('queue-length', () => {
  it('does not take silence for an empty queue', () => {
    expect(passes({ kind: 'queue-length', queue: 'celery', exactly: 0, unacked: false }, [])).toBe(false)
    expect(passes({ kind: 'queue-length', queue: 'celery', exactly: 0, unacked: false }, [lengths(0)])).toBe(true)
  })
  it('counts reserved messages when asked to', () => {
    expect(passes({ kind: 'queue-length', queue: 'celery', exactly: 0, unacked: true }, [lengths(0, 2)])).toBe(false)
  })
  it('another queue is another queue', () => {
    expect(passes({ kind: 'queue-length', queue: 'reports', atLeast: 1, unacked: false }, [lengths(3)])).toBe(false)
  })
})

describe('process', () => {
  it('tells running from ready', () => {
    const before = [...web]
    const starting: Fact = { kind: 'process-started', process: 'worker@1', role: 'worker', pid: WORKER_PID }
    expect(
      verdictOf({ kind: 'process', role: 'worker', is: 'ready', atLeast: 1 }, [starting], { before }).observed,
    ).toBe('0 workers ready, 1 starting. Waiting for 1 worker.')
    expect(verdictOf({ kind: 'process', role: 'worker', is: 'none', atLeast: 1 }, [starting], { before }).passed).toBe(
      false,
    )
    expect(verdictOf({ kind: 'process', role: 'worker', is: 'ready', atLeast: 1 }, worker, { before }).passed).toBe(
      true,
    )
  })
  it('a worker that has gone is none', () => {
    expect(
      passes({ kind: 'process', role: 'worker', is: 'none', atLeast: 1 }, [exited('worker', 'worker@1', WORKER_PID)]),
    ).toBe(true)
  })
})

describe('ledger', () => {
  it('distinct keys leave doubles out', () => {
    const doubles = [mail('1', CHILD_PID), mail('1', CHILD_PID)]
    expect(passes({ kind: 'ledger', effect: 'mail', atLeast: 2, distinct: true }, doubles)).toBe(false)
    expect(passes({ kind: 'ledger', effect: 'mail', atLeast: 2, distinct: false }, doubles)).toBe(true)
  })
  it('exactly means no more either', () => {
    expect(
      passes({ kind: 'ledger', effect: 'mail', exactly: 1, distinct: false }, [
        mail('1', CHILD_PID),
        mail('2', CHILD_PID),
      ]),
    ).toBe(false)
  })
})

describe('in-order and any', () => {
  const stop = mailIs(false, 0)
  const failed = [request('r1'), response('r1', 10, { status: 500 })]
  const inOrder: CheckSpec = {
    kind: 'in-order',
    of: [
      { kind: 'log-line', contains: 'first', atLeast: 1 },
      { kind: 'http', status: '5xx', atLeast: 1 },
    ],
  }
  it('in-order wants the second fact after the first', () => {
    expect(passes(inOrder, [line('first'), ...failed])).toBe(true)
    expect(passes(inOrder, [...failed, line('first')])).toBe(false)
  })
  it('one fact cannot serve two parts', () => {
    const twice: CheckSpec = {
      kind: 'in-order',
      of: [
        { kind: 'log-line', contains: 'first', atLeast: 1 },
        { kind: 'log-line', contains: 'first', atLeast: 1 },
      ],
    }
    expect(passes(twice, [line('first')])).toBe(false)
    expect(passes(twice, [line('first'), line('first')])).toBe(true)
  })
  it('a part that holds when it begins is passed, and is not yet all of them', () => {
    const check: CheckSpec = {
      kind: 'in-order',
      of: [
        { kind: 'process', role: 'worker', is: 'ready', atLeast: 1 },
        { kind: 'log-line', contains: 'first', atLeast: 1 },
      ],
    }
    expect(passes(check, [])).toBe(false)
    expect(passes(check, [line('first')])).toBe(true)
  })
  it('any is content with one', () => {
    const check: CheckSpec = {
      kind: 'any',
      of: [
        { kind: 'http', status: '5xx', atLeast: 1 },
        { kind: 'http', status: '2xx', atLeast: 3 },
      ],
    }
    expect(passes(check, [stop])).toBe(false)
    expect(passes(check, failed)).toBe(true)
  })
})

describe('a check', () => {
  it('gives the same verdict for the same facts, in one go or in two', () => {
    const facts = [request('r1'), published('t1'), response('r1', 40), mail('1', CHILD_PID, { taskId: 't1' })]
    const check: CheckSpec = { kind: 'deferred', underMs: 300, effect: 'mail', effects: 1 }
    expect(verdictOf(check, facts)).toEqual(verdictOf(check, facts))
  })
})
