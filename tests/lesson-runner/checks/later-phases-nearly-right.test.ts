/** Checks of phases 5 to 8 as their steps state them, against what nearly does it. All of that stays red. */
import { describe, expect, it } from 'vitest'
import type { FaultOrder } from '../../../src-main/contract/fault-orders.js'
import type { Fact } from '../../../src-main/contract/feed.js'
import { checkOf } from '../check-of.js'
import { event, logLine, mailIs, published, request, response, verdictOf, web, worker } from '../hand-made-facts.js'

const fault = (order: FaultOrder, phase: 'started' | 'ended'): Fact => ({ kind: 'fault', order, phase })
const killAfterMail = { kind: 'kill-child', worker: 'worker@1', at: 'after-effect' } as const

describe('phase 5, the gauntlet', () => {
  it('is not at its end before the child that it was to kill is dead', async () => {
    const check = await checkOf('05-retries-and-errors', '-the-gauntlet', 'script')
    const killWorker = { kind: 'kill-worker', worker: 'worker@1' } as const
    const story = [
      fault(killAfterMail, 'started'),
      fault({ kind: 'stop-mail' }, 'started'),
      fault(killWorker, 'started'),
      fault(killWorker, 'ended'),
    ]
    expect(verdictOf(check, story)).toEqual({ passed: false, observed: 'Not over yet: killing a child.' })
    expect(verdictOf(check, [...story, fault(killAfterMail, 'ended')]).passed).toBe(true)
  })
})

describe('phase 5, a limit that was swallowed', () => {
  const struck = (id: string): Fact =>
    logLine('worker@1', `[WARNING/MainProcess] Soft time limit (1s) exceeded for tasks.watch_seats[${id}]`)
  it('wants the success of the very task that the limit struck', async () => {
    const check = await checkOf('05-retries-and-errors', '-a-limit-swallowed', 'swallowed')
    expect(verdictOf(check, [struck('a'), event('task-succeeded', 'a')]).passed).toBe(true)
    expect(verdictOf(check, [struck('a'), event('task-failed', 'a'), event('task-succeeded', 'b')]).passed).toBe(false)
    expect(verdictOf(check, [event('task-succeeded', 'a'), struck('b')]).observed).toContain('not succeeded yet')
  })
})

describe('phase 6, the silence that is noticed', () => {
  const beat = { process: 'beat', role: 'beat', pid: 4300 } as const
  const before: Fact[] = [...web, ...worker, mailIs(true, 0), { kind: 'process-started', ...beat }, { kind: 'process-ready', ...beat }] // prettier-ignore
  const gone: Fact = { kind: 'process-exited', ...beat, code: 0, signal: null, expected: true }
  const health = (status: number): Fact => response(`r${status}`, 20, { path: '/health', status })

  it('asks for 503: a page that crashes while beat is away has noticed nothing', async () => {
    const check = await checkOf('06-scheduled-tasks', '-notice-the-silence', 'noticed')
    expect(verdictOf(check, [health(200), gone, health(500)], { before }).passed).toBe(false)
    expect(verdictOf(check, [health(503), gone, health(503)], { before }).passed).toBe(false)
    expect(verdictOf(check, [health(200), gone, health(503)], { before }).passed).toBe(true)
  })
})

describe('phase 7, a queue of its own', () => {
  it('wants the report in the queue reports, not the mails', async () => {
    const check = await checkOf('07-production', '-a-queue-of-its-own', 'report')
    const sent = (taskName: string): Fact => published(taskName, 'web', { taskName, queue: 'reports' })
    expect(verdictOf(check, [sent('tasks.send_confirmation')]).passed).toBe(false)
    expect(verdictOf(check, [sent('tasks.make_report')]).passed).toBe(true)
  })
})

describe('phase 8, three promises', () => {
  it('a kill that waits for a mail has killed nobody yet, and one before the orders nobody who had any', async () => {
    const check = await checkOf('08-where-next', '-three-promises', 'broken')
    const armed = [fault(killAfterMail, 'started'), fault({ kind: 'stop-mail' }, 'started')]
    const order = [request('r1', '/order'), published('a')]
    expect(verdictOf(check, [...armed, ...order]).passed).toBe(false)
    expect(verdictOf(check, [...armed, fault(killAfterMail, 'ended'), ...order]).passed).toBe(false)
    expect(verdictOf(check, [...armed, ...order, fault(killAfterMail, 'ended')]).passed).toBe(true)
  })
})
