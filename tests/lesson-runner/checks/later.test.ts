/** The checks about tasks that are to run later: taken back, and held by a worker. Nearly right facts above all. */
import { describe, expect, it } from 'vitest'
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'
import { startWatch, type CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { Situation } from '../../../src-main/lesson-runner/checks/situation.js'
import { judge, type Verdict } from '../../../src-main/lesson-runner/checks/watch.js'
import {
  acked,
  CHILD_PID,
  event,
  exited,
  lengths,
  mail,
  published,
  row,
  started,
  verdictOf,
  worker,
  WORKER_PID,
} from '../hand-made-facts.js'

/** Each fact half a second after the one before it. */
const slowly = (check: CheckSpec, facts: readonly Fact[]): Verdict => {
  const items = [...worker, ...facts].map((fact, at): FeedItem => ({ seq: at, atMs: at * 500, fact }))
  return judge(startWatch(check, new Map()), new Situation(), items)
}

describe('cancelled-task', () => {
  const kind = 'cancelled-task'
  const ran: CheckSpec = { kind, table: 'orders', column: 'cancelled', task: 'reminder', unheard: true, mailed: true }
  const quiet: CheckSpec = { ...ran, mailed: false }
  const cancelled = row('orders', '1', { cancelled: true, reminder: 'r1' }, { change: 'update' })
  const gone = exited('worker', 'worker@1', WORKER_PID)
  const back = started('worker', 'worker@1', 4300)
  const mailed = mail('reminder 1', CHILD_PID, { taskId: 'r1' })
  const passes = (check: CheckSpec, ...facts: Fact[]): boolean => verdictOf(check, facts).passed

  it('ties the mail to the order that was cancelled while nobody listened', () => {
    expect(passes(ran, gone, cancelled, ...back, mailed)).toBe(true)
    expect(passes(ran, cancelled, gone, ...back, mailed)).toBe(false)
    expect(passes(ran, gone, cancelled, ...back, mail('reminder 2', CHILD_PID, { taskId: 'r2' }))).toBe(false)
    expect(passes(ran, mailed, gone, cancelled, ...back)).toBe(false)
  })
  it('wants the task to have run when there is no mail', () => {
    expect(passes(quiet, gone, cancelled, ...back)).toBe(false)
    expect(passes(quiet, gone, cancelled, ...back, event('task-revoked', 'r1'))).toBe(false)
    expect(slowly(quiet, [gone, cancelled, ...back, event('task-succeeded', 'r1'), lengths(0)]).passed).toBe(true)
    expect(slowly(quiet, [gone, cancelled, ...back, mailed, event('task-succeeded', 'r1'), lengths(0)]).passed).toBe(
      false,
    )
  })
  it('waits for a mail that is heard of after the success', () => {
    const succeeded = [gone, cancelled, ...back, event('task-succeeded', 'r1')]
    expect(slowly(quiet, succeeded).passed).toBe(false)
    expect(slowly(quiet, [...succeeded, mailed, lengths(0)]).passed).toBe(false)
  })
  it('does not take an order for cancelled that is not', () => {
    const bought = row('orders', '1', { reminder: 'r1' }, { change: 'update' })
    expect(passes(ran, gone, bought, ...back, mailed)).toBe(false)
  })
})

describe('held-for-later', () => {
  const taken: CheckSpec = { kind: 'held-for-later', what: 'taken', messages: 3, queue: 'celery' }
  const left: CheckSpec = { ...taken, what: 'left-behind' }
  const limited: CheckSpec = { ...taken, what: 'limited', atMost: 2 }
  const sent = (id: string): Fact => published(id, 'web', { eta: '2026-01-01T12:00:00+00:00' })
  const took = (id: string, by = 'worker@1'): Fact => ({
    kind: 'message-reserved',
    by,
    queue: 'celery',
    deliveryTag: `tag-${id}`,
    taskId: id,
    taskName: 'tasks.send_reminder',
  })
  const three = ['a', 'b', 'c']
  const all = [...three.map(sent), ...three.map((id) => took(id)), lengths(0, 3)]
  const killed = exited('worker', 'worker@1', WORKER_PID)
  const back = started('worker', 'worker@1', 4300)

  it('counts what one worker holds, and only what is for later', () => {
    expect(slowly(taken, all).passed).toBe(true)
    expect(
      slowly(taken, [...three.map((id) => published(id)), ...three.map((id) => took(id)), lengths(0, 3)]).passed,
    ).toBe(false)
    expect(slowly(taken, [...three.map(sent), took('a'), took('b'), took('c', 'worker@2'), lengths(0, 3)]).passed).toBe(
      false,
    )
    expect(slowly(taken, [...three.map(sent), took('a'), took('b'), lengths(1, 2)]).observed).toContain('Waiting for 3')
  })
  it('tells what a dead worker has left behind from what one gave back', () => {
    expect(slowly(left, [...all, killed]).passed).toBe(false)
    expect(slowly(left, [...all, killed, ...back]).passed).toBe(true)
    const returned: Fact[] = three.map((id) => ({
      kind: 'message-restored',
      by: 'worker@1',
      queue: 'celery',
      deliveryTag: `tag-${id}`,
      taskId: id,
      side: 'head',
    }))
    expect(slowly(left, [...all, ...returned, killed, ...back]).passed).toBe(false)
    expect(slowly(left, [...all, ...three.map((id) => acked(id)), killed, ...back]).passed).toBe(false)
  })
  it('takes a limit for one only when it lasts', () => {
    const again = ['d', 'e', 'f', 'g']
    const pause = [lengths(2, 2), lengths(2, 2), lengths(2, 2), lengths(2, 2)]
    const held = [...all, killed, ...back, ...again.map(sent), took('d'), took('e'), lengths(2, 2)]
    expect(slowly(limited, [...held, ...pause]).passed).toBe(true)
    expect(slowly(limited, held).passed).toBe(false) // on its way to take the others
    const bit = [
      took('d'),
      lengths(3, 1),
      lengths(3, 1),
      took('e'),
      lengths(2, 2),
      lengths(2, 2),
      took('f'),
      lengths(1, 3),
    ]
    expect(slowly(limited, [...all, killed, ...back, ...again.map(sent), ...bit]).passed).toBe(false) // it is slow
    expect(slowly(limited, [...again.map(sent), took('d'), took('e'), ...pause]).passed).toBe(false) // never without one
  })
})
