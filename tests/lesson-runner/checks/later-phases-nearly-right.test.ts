/** Checks of phases 5 to 8 as their steps state them, against what nearly does it. All of that stays red. */
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FaultOrder } from '../../../src-main/contract/fault-orders.js'
import type { Fact } from '../../../src-main/contract/feed.js'
import type { CheckSpec } from '../../../src-main/lesson-runner/checks/check-kinds.js'
import { readLesson } from '../../../src-main/lesson-runner/format/lesson.js'
import { mailIs, published, response, verdictOf, web, worker } from '../hand-made-facts.js'

const lessonsFolder = resolve(import.meta.dirname, '../../../lessons')

/** The check of that id in the step whose folder's name ends so. */
async function checkOf(phase: string, step: string, id: string): Promise<CheckSpec> {
  const { steps } = await readLesson(lessonsFolder, phase)
  const found = steps.find((one) => one.id.endsWith(step))?.lab.checks.find((one) => one.id === id)
  return found?.check ?? expect.fail(`${phase} has no check ${id} in ${step}`)
}

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
  it('a kill that waits for a mail has killed nobody yet', async () => {
    const check = await checkOf('08-where-next', '-three-promises', 'broken')
    const armed = [fault(killAfterMail, 'started'), fault({ kind: 'stop-mail' }, 'started')]
    expect(verdictOf(check, armed).passed).toBe(false)
    expect(verdictOf(check, [...armed, fault(killAfterMail, 'ended')]).passed).toBe(true)
  })
})
