/**
 * The checks of phase 2 as they stand in lessons/, fed with hand-made facts: green when it happened, red when it nearly happened.
 * The step numbers are those of the folders.
 */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultOrder } from '../../../src-main/contract/fault-orders.js'
import type { Fact, FactOf } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { readLesson, type Lesson } from '../../../src-main/lesson-runner/format/lesson.js'
import {
  CHILD_PID,
  exited,
  lengths,
  mail,
  mailIs,
  OTHER_CHILD_PID,
  published,
  request,
  started,
  verdictOf,
  web,
  worker,
  WORKER_PID,
} from '../hand-made-facts.js'

let lesson: Lesson
beforeAll(async () => {
  lesson = await readLesson(join(import.meta.dirname, '../../../lessons'), '02-broker-and-worker')
})

const check = (step: number, id: string): CheckSpec => {
  const found = lesson.steps[step - 1]?.lab.checks.find((one) => one.id === id)?.check
  if (found === undefined) throw new Error(`step ${step} has no check ${id}`)
  return found
}
const judged = (step: number, id: string, facts: readonly Fact[], before?: readonly Fact[]) =>
  verdictOf(check(step, id), facts, before === undefined ? {} : { before })
const passes = (step: number, id: string, facts: readonly Fact[], before?: readonly Fact[]): boolean =>
  judged(step, id, facts, before).passed

const REDIS_PID = 77
const redis = (kind: 'process-ready' | 'process-started'): Fact => ({
  kind,
  process: 'redis',
  role: 'redis',
  pid: REDIS_PID,
})
const redisGone: Fact = {
  kind: 'process-exited',
  process: 'redis',
  role: 'redis',
  pid: REDIS_PID,
  code: 0,
  signal: null,
  expected: true,
}
const fault = (order: FaultOrder, phase: 'started' | 'ended' | 'failed'): Fact => ({ kind: 'fault', order, phase })
const slot = (taskId: string | null, pid = CHILD_PID): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const event = (type: FactOf<'task-event'>['type'], taskId: string): Fact => ({
  kind: 'task-event',
  type,
  taskId,
  hostname: 'celery@worker1',
  pid: WORKER_PID,
  clock: 1,
  fields: {},
})
const reserved = (taskId: string): Fact => ({
  kind: 'message-reserved',
  by: 'worker@1',
  queue: 'celery',
  deliveryTag: `tag-${taskId}`,
  taskId,
  taskName: 'tasks.send_confirmation',
})
const acked = (taskId: string): Fact => ({
  kind: 'message-acked',
  by: 'worker@1',
  deliveryTag: `tag-${taskId}`,
  taskId,
})
const kill = { kind: 'kill-worker', worker: 'worker@1' } as const
const standing = [...web, ...worker, mailIs(true, 300), lengths(0)]
const SECOND_CHILD = 5201
const secondWorker: readonly Fact[] = [
  ...started('worker', 'worker@2', 5200),
  { kind: 'process-started', process: 'worker@2/1', role: 'pool-process', pid: SECOND_CHILD, worker: 'worker@2' },
  { kind: 'process-ready', process: 'worker@2/1', role: 'pool-process', pid: SECOND_CHILD },
]

describe('step 1, the broker', () => {
  const off = [redis('process-started'), redis('process-ready'), redisGone]
  it('PONG counts when Redis ran the PING, not when it was typed', () => {
    const typed: Fact = { kind: 'typed', terminal: 'console', line: 'redis-cli ping' }
    expect(passes(1, 'pong', [typed], off)).toBe(false)
    expect(passes(1, 'pong', [typed, { kind: 'broker-pinged', by: 'console' }], off)).toBe(true)
  })
  it('Redis has to be ready, not only started', () => {
    expect(passes(1, 'running', [], off)).toBe(false)
    expect(passes(1, 'running', [redis('process-started')], off)).toBe(false)
    expect(passes(1, 'running', [redis('process-started'), redis('process-ready')], off)).toBe(true)
  })
})

describe('step 2, a message', () => {
  it('waits only while no worker runs', () => {
    const noWorker = [...web, mailIs(true, 1000)]
    expect(passes(2, 'waits', [published('a'), lengths(1)], noWorker)).toBe(true)
    expect(passes(2, 'waits', [published('a'), lengths(1)], [...noWorker, ...worker])).toBe(false)
    expect(passes(2, 'waits', [published('a')], noWorker)).toBe(false)
  })
})

describe('step 4, one task', () => {
  const whole = [
    published('a'),
    reserved('a'),
    acked('a'),
    event('task-received', 'a'),
    event('task-started', 'a'),
    event('task-succeeded', 'a'),
  ]
  it('is green for one task that went the whole way', () => {
    expect(passes(4, 'path', whole)).toBe(true)
  })
  it('the sources may come in another order, each in its own', () => {
    const eventsFirst = [...whole.slice(3, 5), ...whole.slice(0, 3), ...whole.slice(5)]
    expect(passes(4, 'path', eventsFirst)).toBe(true)
  })
  it('two tasks that each went half the way are not one', () => {
    const halves = [...whole.slice(0, 5), event('task-succeeded', 'b')]
    expect(passes(4, 'path', halves)).toBe(false)
    expect(judged(4, 'path', halves).observed).toBe(
      'A task was published, reserved, acked, received and started. Still to see: succeeded.',
    )
  })
  it('a failed task is not a succeeded one, nor is a success before its start', () => {
    expect(passes(4, 'path', [...whole.slice(0, 5), event('task-failed', 'a')])).toBe(false)
    const upsideDown = [...whole.slice(0, 3), event('task-succeeded', 'a'), event('task-received', 'a')]
    expect(passes(4, 'path', [...upsideDown, event('task-started', 'a')])).toBe(false)
  })
})

describe('step 5, two workers', () => {
  const mails = (count: number, pid: number, from = 0): readonly Fact[] =>
    Array.from({ length: count }, (_one, index) => mail(String(from + index), pid))
  const before = [...standing, ...secondWorker]
  it('twenty mails by children of both', () => {
    expect(passes(5, 'both', [...mails(12, CHILD_PID), ...mails(8, SECOND_CHILD, 100)], before)).toBe(true)
  })
  it('twenty by two children of one worker are not enough, nor nineteen by two workers', () => {
    const one = [...mails(10, CHILD_PID), ...mails(10, OTHER_CHILD_PID, 100)]
    expect(passes(5, 'both', one, before)).toBe(false)
    expect(judged(5, 'both', one, before).observed).toBe(
      "20 mails by a worker's child seen, done by worker@1. Waiting for 20, by 2 different workers.",
    )
    expect(passes(5, 'both', [...mails(12, CHILD_PID), ...mails(7, SECOND_CHILD, 100)], before)).toBe(false)
  })
})

describe('step 6, kill -9', () => {
  const dead = exited('worker', 'worker@1', WORKER_PID)
  it('in the middle of a task, with nothing left in the broker: the length need not be told again', () => {
    expect(passes(6, 'killed', [slot('a'), fault(kill, 'started'), dead, slot(null)], standing)).toBe(true)
  })
  it('an idle worker, or one whose task is done, was not killed in the middle', () => {
    expect(passes(6, 'killed', [fault(kill, 'started'), dead, lengths(0)], standing)).toBe(false)
    expect(passes(6, 'killed', [slot('a'), slot(null), fault(kill, 'started'), dead], standing)).toBe(false)
  })
  it('a kill that failed, a stop that was asked for, and a message that is still reserved do not count', () => {
    expect(passes(6, 'killed', [slot('a'), fault(kill, 'failed'), lengths(0)], standing)).toBe(false)
    expect(passes(6, 'killed', [slot('a'), dead, lengths(0)], standing)).toBe(false)
    const held = [...web, ...worker, mailIs(true, 300), lengths(0, 1)]
    expect(passes(6, 'killed', [slot('a'), fault(kill, 'started'), dead, slot(null)], held)).toBe(false)
  })
  it('says what is still held, and where', () => {
    const held = [...web, ...worker, mailIs(true, 300), lengths(0, 1)]
    expect(judged(6, 'killed', [slot('a'), fault(kill, 'started'), dead, slot(null)], held).observed).toBe(
      'Seen: killing a worker. No worker runs. 0 messages wait in queue celery, 1 in unacked. Waiting for exactly 0 in both together.',
    )
  })
  it('a mail counts as begun only when it was given up', () => {
    expect(passes(6, 'half', [mail('1', CHILD_PID)])).toBe(false)
    expect(passes(6, 'half', [mail('1', CHILD_PID, { refused: true })])).toBe(true)
  })
})

describe('step 7, the broker stops', () => {
  const stop = (keepData: boolean) => ({ kind: 'stop-redis', forMs: 3000, keepData }) as const
  const outage = (keepData: boolean, after: number): readonly Fact[] => [
    fault(stop(keepData), 'started'),
    redisGone,
    redis('process-started'),
    redis('process-ready'),
    lengths(after),
    fault(stop(keepData), 'ended'),
  ]
  const before = [...web, redis('process-started'), redis('process-ready'), mailIs(true, 300), lengths(3)]
  it('kept with the file, lost without: each stays green whatever comes after', () => {
    const both = [...outage(true, 3), ...outage(false, 0)]
    expect(passes(7, 'kept', both, before)).toBe(true)
    expect(passes(7, 'lost', both, before)).toBe(true)
  })
  it('without the file is not with it, and the other way round', () => {
    expect(passes(7, 'kept', outage(false, 3), before)).toBe(false)
    expect(passes(7, 'lost', outage(true, 0), before)).toBe(false)
  })
  it('three messages before the outage, or two after it, are not three after it', () => {
    expect(passes(7, 'kept', [lengths(3), fault(stop(true), 'started'), lengths(3)], before)).toBe(false)
    expect(passes(7, 'kept', outage(true, 2), before)).toBe(false)
  })
  it('a queue that was empty before has lost nothing, nor has one that a worker has emptied in time', () => {
    expect(passes(7, 'lost', outage(false, 0), [...before, lengths(0)])).toBe(false)
    expect(passes(7, 'lost', [lengths(0), ...outage(false, 0)], before)).toBe(false)
    expect(judged(7, 'lost', [lengths(0), ...outage(false, 0)], before).observed).toBe(
      'Stopped with the file off while 0 messages waited; 0 after it. Waiting for a stop while 3 or more wait.',
    )
  })
  it('three that came after an outage have outlived none: they have to wait when Redis is stopped again', () => {
    const late = [lengths(0), ...outage(true, 0), lengths(3)]
    expect(passes(7, 'kept', late, before)).toBe(false)
    expect(passes(7, 'kept', [...late, lengths(0), ...outage(true, 0)], before)).toBe(false)
    expect(passes(7, 'kept', [...late, ...outage(true, 3)], before)).toBe(true)
  })
  it('nothing is green before anything was done', () => {
    for (const id of ['kept', 'lost']) expect(passes(7, id, [], before)).toBe(false)
  })
})

describe('step 8, bounces', () => {
  const bounce = { kind: 'bounce-redis', times: 2 } as const
  it('a task that was sent and done after the bounces', () => {
    const facts = [fault(bounce, 'started'), fault(bounce, 'ended'), published('a'), event('task-succeeded', 'a')]
    expect(passes(8, 'works', facts)).toBe(true)
  })
  it('a task before them, between them, or one that is only sent does not count', () => {
    const done = [published('a'), event('task-succeeded', 'a')]
    expect(passes(8, 'works', [...done, fault(bounce, 'started'), fault(bounce, 'ended')])).toBe(false)
    expect(passes(8, 'works', [fault(bounce, 'started'), ...done])).toBe(false)
    expect(passes(8, 'works', [fault(bounce, 'started'), fault(bounce, 'ended'), published('a')])).toBe(false)
  })
})

describe('step 9, seven things in order', () => {
  const right = ['publish', 'take', 'reserve', 'ack', 'run', 'result', 'tell']
  it('the order is asked for, not only the seven names', () => {
    const question = lesson.steps[8]?.lab.questions[0]
    expect(question?.ordered).toBe(true)
    expect(question?.right).toEqual(right)
    expect(question?.options.map((option) => option.id)).not.toEqual(right)
  })
})

describe('step 10, thirty seats', () => {
  const thirty = Array.from({ length: 30 }, (_one, seat) => mail(String(seat + 1), CHILD_PID))
  it('thirty mails for thirty seats', () => {
    expect(passes(10, 'thirty', thirty)).toBe(true)
    expect(passes(10, 'thirty', thirty.slice(1))).toBe(false)
  })
  it('a seat twice keeps it red, also when another one is missing', () => {
    expect(passes(10, 'thirty', [...thirty, mail('7', SECOND_CHILD)], [...standing, ...secondWorker])).toBe(false)
    expect(passes(10, 'thirty', [...thirty.slice(1), mail('7', CHILD_PID)])).toBe(false)
  })
  it('what is too much cannot be taken back, and the sentence says so', () => {
    expect(judged(10, 'thirty', [...thirty, mail('7', CHILD_PID)]).observed).toBe(
      '31 mails seen, and 30 were wanted. None can be taken back: “Reset step” begins again.',
    )
  })
  it('a mail of somebody else, and one that was given up, are none', () => {
    expect(passes(10, 'thirty', [...thirty.slice(1), mail('1', null)])).toBe(false)
    expect(passes(10, 'thirty', [...thirty.slice(1), mail('1', CHILD_PID, { refused: true })])).toBe(false)
  })
  it('the kill has to come when the seats are sold, not at some other task before', () => {
    const sold = [request('r1', '/concert'), published('seat-1')]
    expect(passes(10, 'killed', [slot('x'), fault(kill, 'started'), ...sold], standing)).toBe(false)
    expect(passes(10, 'killed', [...sold, fault(kill, 'started')], standing)).toBe(false)
    expect(passes(10, 'killed', [...sold, slot('seat-1'), fault(kill, 'started')], standing)).toBe(true)
  })
  it('quiet is an empty broker and idle children after the kill', () => {
    const after = [...standing, ...secondWorker]
    expect(passes(10, 'quiet', [lengths(0)], after)).toBe(false)
    expect(passes(10, 'quiet', [fault(kill, 'started'), lengths(0, 8)], after)).toBe(false)
    expect(passes(10, 'quiet', [fault(kill, 'started'), lengths(0), slot('a', SECOND_CHILD)], after)).toBe(false)
    expect(passes(10, 'quiet', [fault(kill, 'started'), lengths(0), lengths(0)], after)).toBe(true)
  })
})

describe('step 11, a failure of one’s own', () => {
  const note = (words: number): Fact => ({ kind: 'answer', question: 'note', choice: [String(words)] })
  it('first the words, then the failure', () => {
    expect(passes(11, 'written-first', [note(25), fault(kill, 'started')])).toBe(true)
    expect(passes(11, 'written-first', [fault(kill, 'started'), note(25)])).toBe(false)
    expect(passes(11, 'written-first', [note(12), fault(kill, 'started')])).toBe(false)
    expect(passes(11, 'written-first', [note(25)])).toBe(false)
  })
})
