/** The tasks that the recorded scenarios run, as functions: what they return, raise, store and send is what the recorded tasks.py did. */
import type { Celery } from '../../src-main/engine/index.js'
import { Ignore, Reject } from '../../src-main/engine/index.js'
import type { RunningTask } from '../../src-main/engine/app/running-task.js'
import type { JumpClock } from '../support/jump-clock.js'

/** A class of Python's, by its name. */
class ValueError extends Error {
  readonly module = 'builtins'
}

export function recordedTasks(app: Celery, clock: JumpClock): void {
  const sleep = (seconds: number): Promise<void> => new Promise((resolve) => void clock.after(seconds * 1000, resolve))
  const sleeper = async (n: number): Promise<number> => {
    await sleep(n)
    return n
  }
  app.task('tasks.add', (x: number, y: number) => x + y, { params: ['x', 'y'] })
  app.task('tasks.mul', (x: number, y: number) => x * y, { params: ['x', 'y'] })
  app.task('tasks.xsum', (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0))
  app.task('tasks.ret', (value: unknown) => value)
  app.task('tasks.on_ok', (result: unknown, tag: string | null = null) => ['ok', result, tag])
  app.task('tasks.immut', (value: unknown) => ['immut', value])
  app.task('tasks.printer', (text: string) => text)
  app.task('tasks.sleeper', sleeper)
  app.task('tasks.sleeper_late', sleeper, { acksLate: true })
  app.task('tasks.sleeper_late_reject', sleeper, { acksLate: true, rejectOnWorkerLost: true })
  app.task('tasks.sleeper_early_reject', sleeper, { rejectOnWorkerLost: true })
  app.task('tasks.limited', (x: number) => x, { rateLimit: '10/m' })
  app.task('tasks.limited2', (x: number) => x, { rateLimit: '2/s' })
  app.task('tasks.fail_late', () => fail('late'), { acksLate: true })
  app.task('tasks.fail_late_noack', () => fail('late, not acked on failure'), {
    acksLate: true,
    acksOnFailureOrTimeout: false,
  })
  app.task('tasks.ignored', (x: number) => x, { ignoreResult: true })
  app.task('tasks.started', (x: number) => x, { trackStarted: true })
  app.task(
    'tasks.progress',
    async (self: RunningTask) => {
      await self.updateState('PROGRESS', { done: 1, total: 2 })
      return 'done'
    },
    { bind: true },
  )
  app.task('tasks.ignore_me', () => {
    throw new Ignore()
  })
  app.task(
    'tasks.ignore_after_state',
    async (self: RunningTask) => {
      await self.updateState('MYSTATE', { why: 'ignored' })
      throw new Ignore()
    },
    { bind: true },
  )
  app.task('tasks.reject_drop', () => reject('no thanks', false), { acksLate: true })
  app.task(
    'tasks.reject_requeue',
    (self: RunningTask) => {
      const { redelivered } = self.request.delivery_info as { redelivered?: boolean }
      if (redelivered) return { redelivered: true, delivery_info: self.request.delivery_info }
      return reject('again please', true)
    },
    { bind: true, acksLate: true },
  )
  app.task('tasks.reject_early_ack', () => reject('already acked', true))
  app.task('tasks.fail', () => fail('bad value'))
  app.task('tasks.on_err', (_request: unknown, _error: unknown, _traceback: unknown) => {})
  app.task('tasks.on_err_old', (failedId: string) => ['old err', failedId])
}

function fail(message: string): never {
  throw new ValueError(message)
}

function reject(reason: string, requeue: boolean): never {
  throw new Reject(reason, requeue)
}
