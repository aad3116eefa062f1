/**
 * Phase 5's own checks, read from lessons/: whoever pressed something too early can still turn the step green, without a reset.
 * And what the step forbids stays red.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import { readLesson, type Lesson } from '../../../src-main/lesson-runner/format/lesson.js'
import {
  CHILD_PID,
  OTHER_CHILD_PID,
  acked,
  event,
  lengths,
  loaded,
  mail,
  published,
  saved,
  started,
  stored,
  verdictOf,
} from '../hand-made-facts.js'

let lesson: Lesson
beforeAll(async () => {
  lesson = await readLesson('lessons', '05-retries-and-errors')
})

const NEXT_CHILD_PID = 4290
const slot = (pid: number, taskId: string | null): Fact => ({ kind: 'slot', worker: 'worker@1', pid, taskId })
const reserved = (taskId: string): Fact => ({
  kind: 'message-reserved',
  by: 'worker@1',
  queue: 'celery',
  deliveryTag: `tag-${taskId}`,
  taskId,
  taskName: 'tasks.send_confirmation',
})
const lostRecord = (taskId: string): Fact => stored(taskId, 'FAILURE', '{"exc_type": "WorkerLostError"}')
const kill: Fact = { kind: 'fault', order: { kind: 'kill-child', worker: 'worker@1' }, phase: 'started' }
const died = (pid: number): Fact => ({
  kind: 'process-exited',
  process: `worker@1/${pid}`,
  role: 'pool-process',
  pid,
  code: null,
  signal: 'SIGKILL',
  expected: false,
})
const begun = (taskId: string, pid: number): Fact[] => [
  published(taskId),
  reserved(taskId),
  lengths(0, 1),
  event('task-received', taskId),
  slot(pid, taskId),
  event('task-started', taskId),
]
/** A mail that went out, nobody was killed. With early ack, as the defaults have it. */
const undisturbed = (taskId: string): Fact[] => [
  ...begun(taskId, CHILD_PID),
  acked(taskId),
  lengths(0),
  mail(taskId, CHILD_PID, { taskId }),
  stored(taskId, 'SUCCESS'),
  event('task-succeeded', taskId),
  slot(CHILD_PID, null),
]
const halfSent = (taskId: string, pid: number): Fact => mail(taskId, pid, { taskId, refused: true })
const fork = started('pool-process', 'worker@1/9', NEXT_CHILD_PID)

/** Killed in the middle of its mail; the message was acked before. */
const killedEarly = (taskId: string, pid = CHILD_PID): Fact[] => [
  ...begun(taskId, pid),
  acked(taskId),
  lengths(0),
  kill,
  halfSent(taskId, pid),
  died(pid),
  lostRecord(taskId),
  event('task-failed', taskId),
]
/** The same with late ack: the worker stores the failure, then acks. */
const killedLate = (taskId: string, pid = CHILD_PID): Fact[] => [
  ...begun(taskId, pid),
  kill,
  halfSent(taskId, pid),
  died(pid),
  lostRecord(taskId),
  acked(taskId),
  lengths(0),
  event('task-failed', taskId),
]
/** With the reject as well: it runs again. `firstMail`: the kill came after its mail. */
const runAgain = (taskId: string, { firstMail, secondMail }: { firstMail: boolean; secondMail: boolean }): Fact[] => [
  ...begun(taskId, CHILD_PID),
  kill,
  firstMail ? mail(taskId, CHILD_PID, { taskId }) : halfSent(taskId, CHILD_PID),
  died(CHILD_PID),
  slot(OTHER_CHILD_PID, taskId),
  ...(secondMail ? [mail(taskId, OTHER_CHILD_PID, { taskId })] : []),
  event('task-succeeded', taskId),
  acked(taskId),
  lengths(0),
  slot(OTHER_CHILD_PID, null),
]

function red(step: string, ...facts: readonly Fact[]): readonly string[] {
  const { lab } = lesson.steps.find(({ id }) => id.endsWith(step)) ?? expect.fail(`there is no step ${step}`)
  return lab.checks.filter(({ check }) => !verdictOf(check, [lengths(0), ...facts]).passed).map(({ id }) => id)
}

describe('a second try', () => {
  it('is good for “killed halfway”, after a mail that got out', () => {
    expect(red('killed-halfway', ...undisturbed('a'))).toEqual(['began', 'lost'])
    expect(red('killed-halfway', ...undisturbed('a'), ...killedEarly('b'))).toEqual([])
  })
  it('is good for “late is not enough”, after a purchase before the save and one that was too late', () => {
    const early = [...undisturbed('a'), ...killedEarly('b'), ...fork]
    expect(red('late-is-not-enough', ...early)).toEqual(['late'])
    expect(red('late-is-not-enough', ...early, ...killedLate('c', NEXT_CHILD_PID))).toEqual([])
  })
  it('is good for “late and rejected”, after mails that got out', () => {
    expect(red('late-and-rejected', ...undisturbed('a'), ...killedLate('b'))).toEqual(['again'])
    const again = runAgain('c', { firstMail: false, secondMail: true })
    expect(red('late-and-rejected', ...undisturbed('a'), ...undisturbed('b'), ...again)).toEqual([])
  })
  it('is good for “two mails”, after purchases with no fault armed', () => {
    const twice = runAgain('c', { firstMail: true, secondMail: true })
    expect(red('two-mails-for-one-order', ...undisturbed('a'), ...undisturbed('b'))).toEqual(['again', 'double'])
    expect(red('two-mails-for-one-order', ...undisturbed('a'), ...undisturbed('b'), ...twice)).toEqual([])
    const before = runAgain('c', { firstMail: false, secondMail: true })
    expect(red('two-mails-for-one-order', ...before)).toEqual(['double'])
  })
  it('is good for “a key of your own”, after two mails with the old code', () => {
    const old = runAgain('a', { firstMail: true, secondMail: true })
    const kept = [
      ...started('pool-process', 'worker@1/1', CHILD_PID),
      ...runAgain('b', { firstMail: true, secondMail: false }),
    ]
    expect(red('a-key-of-your-own', ...old)).toEqual(['one'])
    expect(red('a-key-of-your-own', ...old, ...kept)).toEqual([])
    // A kill before the mail needs no key: that does not do.
    expect(red('a-key-of-your-own', ...runAgain('b', { firstMail: false, secondMail: true }))).toEqual(['one'])
  })
  it('is good for “give it time”, after a report that was mailed twice', () => {
    const twice = [
      ...begun('a', CHILD_PID),
      mail('report', CHILD_PID, { taskId: 'a' }),
      event('task-succeeded', 'a'),
      mail('report', OTHER_CHILD_PID, { taskId: 'a' }),
      acked('a'),
      lengths(0),
    ]
    const now = [saved('v2'), ...started('worker', 'worker@1', 4299), { ...loaded(4299, 'v2'), process: 'worker@1' }]
    const once = [
      ...begun('b', CHILD_PID),
      mail('report', CHILD_PID, { taskId: 'b' }),
      event('task-succeeded', 'b'),
      acked('b'),
      lengths(0),
    ]
    expect(red('give-it-time', ...once)).toEqual(['done'])
    expect(red('give-it-time', ...twice, ...now)).toEqual(['done'])
    expect(red('give-it-time', ...twice, ...now, ...once)).toEqual([])
  })
})
