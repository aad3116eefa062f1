/** Checks of phases 5 to 8 as their steps state them, against what nearly does it. All of that stays red. */
import { describe, expect, it } from 'vitest'
import type { FaultOrder } from '../../../src-main/contract/fault-orders.js'
import type { Fact } from '../../../src-main/contract/feed.js'
import { checkOf } from '../check-of.js'
import {
  CHILD_PID,
  WEB_PID,
  acked,
  event,
  exited,
  logLine,
  mail,
  mailIs,
  published,
  request,
  response,
  started,
  stored,
  verdictOf,
  web,
  worker,
} from '../hand-made-facts.js'

const fault = (order: FaultOrder, phase: 'started' | 'ended'): Fact => ({ kind: 'fault', order, phase })
const killAfterMail = { kind: 'kill-child', worker: 'worker@1', at: 'after-effect' } as const

describe('phase 5, the gauntlet', () => {
  it('is not at its end before the child that it was to kill is dead', async () => {
    const check = await checkOf('05-retries-and-errors', '-the-gauntlet', 'script')
    const killWorker = { kind: 'kill-worker', worker: 'worker@1' } as const
    const story = [
      request('r1', '/order'),
      published('a'),
      fault(killAfterMail, 'started'),
      fault({ kind: 'stop-mail' }, 'started'),
      fault(killWorker, 'started'),
      fault(killWorker, 'ended'),
    ]
    expect(verdictOf(check, story)).toEqual({ passed: false, observed: 'Not over yet: killing a child.' })
    expect(verdictOf(check, [...story, fault(killAfterMail, 'ended')]).passed).toBe(true)
    const idle = [...story.slice(0, 2), acked('a'), ...story.slice(2), fault(killAfterMail, 'ended')]
    expect(verdictOf(check, idle).passed).toBe(false)
  })
  it('parked is what the worker gave up, not what somebody sent there', async () => {
    const check = await checkOf('05-retries-and-errors', '-out-of-retries', 'parked')
    expect(verdictOf(check, [published('p', 'python', { queue: 'parked' })]).passed).toBe(false)
    expect(verdictOf(check, [published('p', 'worker@1', { queue: 'parked' })]).passed).toBe(true)
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

describe('phase 5, tied by the task', () => {
  const mailOf = (taskId: string): Fact => mail('1', CHILD_PID, { taskId })
  const failed = (taskId: string): Fact => stored(taskId, 'FAILURE', '{"exc_type": "SoftTimeLimitExceeded"}')

  it('a parked call is done when that very call is, not when another one is', async () => {
    const check = await checkOf('05-retries-and-errors', '-out-of-retries', 'again')
    const parked = published('p', 'worker@1', { queue: 'parked' })
    const done = (taskId: string): Fact => event('task-succeeded', taskId)
    expect(verdictOf(check, [parked, published('n'), done('n')]).passed).toBe(false)
    expect(verdictOf(check, [parked, done('p')]).passed).toBe(true)
  })
  it('a task that hears of its soft limit sends the mail about it itself', async () => {
    const check = await checkOf('05-retries-and-errors', '-a-service-that-hangs', 'soft')
    expect(verdictOf(check, [mailOf('other'), failed('a')]).passed).toBe(false)
    expect(verdictOf(check, [mailOf('a'), failed('a')]).passed).toBe(true)
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

describe('phase 7, the rush', () => {
  const other = (name: string, pid: number): Fact[] => started('worker', name, pid)
  const before = [...web, ...worker, ...other('worker@2', 4600), ...other('worker@3', 4700)]
  const stop = logLine('worker@3', 'worker: Warm shutdown (MainProcess)')
  const gone = exited('worker', 'worker@3', 4700)

  it('a worker that has been asked to stop, and has not been started again, is not deployed', async () => {
    const check = await checkOf('07-production', '-the-rush', 'deployed')
    expect(verdictOf(check, [published('a'), stop], { before }).passed).toBe(false)
    expect(verdictOf(check, [published('a'), stop, gone], { before }).passed).toBe(false)
    expect(verdictOf(check, [published('a'), stop, gone, ...other('worker@3', 4800)], { before }).passed).toBe(true)
    expect(verdictOf(check, [stop, gone, ...other('worker@3', 4800), published('a')], { before }).passed).toBe(false)
  })
})

describe('phase 8, in the same process', () => {
  const kill = { kind: 'kill-web' } as const
  const bought = response('r1', 30, { path: '/buy/in-process' })
  const lost = mail('1', WEB_PID, { refused: true })
  const dead = exited('web', 'web', WEB_PID)
  const again = started('web', 'web', 4800)

  it('the web app runs again once another process of it is ready, not while the killed one is not dead yet', async () => {
    const check = await checkOf('08-where-next', '-in-the-same-process', 'lost')
    expect(verdictOf(check, [bought, fault(kill, 'started'), lost]).passed).toBe(false)
    expect(verdictOf(check, [bought, fault(kill, 'started'), lost, dead]).passed).toBe(false)
    expect(verdictOf(check, [bought, fault(kill, 'started'), lost, dead, ...again]).passed).toBe(true)
    expect(verdictOf(check, [bought, fault(kill, 'started'), dead, lost, ...again]).passed).toBe(true)
  })
  it('a mail that was given up before the kill was not lost by it', async () => {
    const check = await checkOf('08-where-next', '-in-the-same-process', 'lost')
    expect(verdictOf(check, [bought, lost, fault(kill, 'started'), dead, ...again]).passed).toBe(false)
    expect(verdictOf(check, [fault(kill, 'started'), dead, ...again, bought, lost]).passed).toBe(false)
  })
})

describe('phase 8, three promises', () => {
  const order = [request('r1', '/order'), published('a')]
  const killed = fault(killAfterMail, 'ended')
  const stop = fault({ kind: 'stop-mail' }, 'started')
  const broken = (...facts: Fact[]): Promise<boolean> =>
    checkOf('08-where-next', '-three-promises', 'broken').then((check) => verdictOf(check, facts).passed)

  it('a kill that waits for a mail has killed nobody yet, and one before the orders nobody who had any', async () => {
    const armed = fault(killAfterMail, 'started')
    expect(await broken(armed, ...order, stop)).toBe(false)
    expect(await broken(armed, killed, ...order, stop)).toBe(false)
    expect(await broken(armed, ...order, stop, killed)).toBe(true)
  })
  it('what is broken when the orders are done, or was whole again before they came, has not troubled them', async () => {
    expect(await broken(...order, killed, acked('a'), stop)).toBe(false)
    expect(await broken(...order, stop, acked('a'), killed)).toBe(false)
    expect(await broken(stop, fault({ kind: 'start-mail' }, 'ended'), ...order, killed)).toBe(false)
  })
  it('a mail server that was stopped before the orders came, and is stopped still, has', async () => {
    expect(await broken(mailIs(false, 50), ...order, killed)).toBe(true)
  })
})
