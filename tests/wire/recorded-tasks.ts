/** The tasks that the recorded scenarios run, as functions: what they return, raise, store and send is what the recorded tasks.py did. */
import type { Celery } from '../../src-main/engine/index.js'
import { Ignore, Reject } from '../../src-main/engine/index.js'
import type { RunningTask } from '../../src-main/engine/app/running-task.js'
import type { JumpClock } from '../support/jump-clock.js'
import type { Turns } from './turns.js'

/** A class of Python's, by its name. */
class ValueError extends Error {
  readonly module = 'builtins'
}

class MyError extends Error {
  readonly args: readonly unknown[]
  constructor(...args: readonly unknown[]) {
    super()
    this.args = args
  }
}

export function recordedTasks(given: Celery, clock: JumpClock, turns: Turns | null): void {
  const app = turns === null ? given : inTurn(given, turns)
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
      for (const current of [0, 1]) await self.updateState('PROGRESS', { current, total: 2 })
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
  app.task('tasks.echo', (...args: readonly unknown[]) => ({ args, kwargs: {} }))
  app.task('tasks.fail', (kind: string) => {
    if (kind === 'custom') throw new MyError('custom', 42, { a: 1 })
    return fail('bad value')
  })
  app.task(
    'tasks.retry_then_ok',
    (self: RunningTask, x: number) => (x < 100 ? self.retry({ countdown: 0, args: [], kwargs: { x: x + 100 } }) : x),
    { bind: true, params: ['x'] },
  )
  given.task('tasks.on_err', (_request: unknown, _error: unknown, _traceback: unknown) => {})
  app.task('tasks.on_err_old', (failedId: string) => ['old err', failedId])
}

function fail(message: string): never {
  throw new ValueError(message)
}

function reject(reason: string, requeue: boolean): never {
  throw new Reject(reason, requeue)
}

/** The same app, whose tasks wait for their turn before they end. */
function inTurn(app: Celery, turns: Turns): Pick<Celery, 'task'> {
  const task = (name: string, body: (...args: never[]) => unknown, options: object = {}): unknown => {
    const run = async (...args: never[]): Promise<unknown> => {
      const { id } = app.running.getStore()?.request ?? { id: '' }
      try {
        return await body(...args)
      } finally {
        await turns.wait(id)
      }
    }
    return app.task(name, run, { params: ['x', 'y'], ...options } as object)
  }
  return { task: task as Celery['task'] }
}
