/** The tasks of features/tasks.py in TypeScript, under the same names: what a worker of ours runs for the same clients. One file, as that one is. */
import { Celery, Ignore, Reject, SoftTimeLimitExceeded, type RunningTask } from 'celery-from-zero'

export const app = new Celery('tasks')

/** Python's own: a client raises its class of that name. */
class ValueError extends Error {
  readonly module = 'builtins'
}
class KeyError extends Error {
  readonly module = 'builtins'
}
class SoldOut extends Error {
  readonly args: readonly unknown[]
  constructor(seat: string, price: number) {
    super(seat)
    this.args = [seat, price]
  }
}
class NeedsTwo extends Error {}

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

// --- calling

/** As Python's `+`, of numbers, texts and lists. */
const plus = (x: unknown, y: unknown): unknown =>
  Array.isArray(x) && Array.isArray(y) ? [...(x as unknown[]), ...(y as unknown[])] : (x as number) + (y as number)
app.task('tasks.add', plus, { params: ['x', 'y'] })
app.task('tasks.echo', (...given: readonly unknown[]) => ({ args: given.slice(0, -1), kwargs: given.at(-1) }), {
  kwargs: true,
})

const info = app.task(
  'tasks.info',
  (self: RunningTask, ..._args: readonly unknown[]) => {
    const r = self.request
    const { priority, routing_key, redelivered } = r.delivery_info
    return {
      ...{ name: self.name, id: r.id, root_id: r.root_id, parent_id: r.parent_id, retries: r.retries },
      ...{ priority, routing_key, redelivered, hostname: r.hostname, eta: r.eta, expires: r.expires, shadow: r.shadow },
      ...{ timelimit: r.timelimit, origin: r.origin, x_my: r.headers['x-my'], args: r.args, kwargs: r.kwargs },
      ...{ correlation_id: r.correlation_id, called_directly: false, is_eager: false },
      ...{ ignore_result: r.ignore_result, group: r.group, argsrepr: r.argsrepr, kwargsrepr: r.kwargsrepr },
    }
  },
  { bind: true, kwargs: true },
)
app.task('a.name.of.its.own', () => 'found by its name')
app.task('tasks.shared', (x: unknown) => ['shared', x])
app.task('tasks.of_a_class', (value: string) => `counted ${value}`)
app.task('tasks.name_of_current_task', function (this: RunningTask): unknown {
  return [this.name, this === app.running.getStore()]
})
app.task(
  'tasks.parent_of',
  async (self: RunningTask) => {
    const child = await info.delay()
    return [self.request.id, child.id]
  },
  { bind: true },
)

// --- results

app.task('tasks.fail', (message: string) => {
  throw new ValueError(message)
})
app.task('tasks.sold_out', (seat: string, price: number) => {
  throw new SoldOut(seat, price)
})
app.task('tasks.needs_two', () => {
  throw new NeedsTwo('this and that')
})
app.task(
  'tasks.throws_key_error',
  () => {
    throw new KeyError('expected')
  },
  { throws: [KeyError] },
)
app.task('tasks.with_cause', () => {
  throw new ValueError('outer', { cause: new KeyError('inner') })
})
app.task('tasks.not_json', () => () => 'a function')
app.task('tasks.silent', () => 'nobody hears this', { ignoreResult: true })
app.task(
  'tasks.silent_but_for_errors',
  (fails: boolean) => {
    if (fails) throw new ValueError('heard')
    return 'not heard'
  },
  { ignoreResult: true, storeErrorsEvenIfIgnored: true },
)
app.task('tasks.tracked', (seconds: number) => sleep(seconds).then(() => 'tracked'), { trackStarted: true })

// --- states

app.task(
  'tasks.progress',
  async (self: RunningTask, seconds: number) => {
    await self.updateState('PROGRESS', { done: 1, of: 2 })
    await sleep(seconds)
    return 'done'
  },
  { bind: true },
)
app.task(
  'tasks.own_state_kept',
  async (self: RunningTask) => {
    await self.updateState('BLOCKED', { why: 'closed' })
    throw new Ignore('')
  },
  { bind: true },
)

const kept = app.task('tasks.kept', (...what: readonly unknown[]) => what)
/** Tells by a task of its own: workers share no memory with who asks. */
const logHook = async ({ request }: RunningTask, hook: string, what: unknown): Promise<void> =>
  void (await kept.applyAsync({ args: [hook, what] }, { task_id: `${request.id}-${request.retries}-${hook}` }))
const shown = (error: Error | null): string => `${error?.constructor.name}('${error?.message}')`

app.task(
  'tasks.watched',
  async (self: RunningTask, outcome: string) => {
    if (outcome === 'fail') throw new ValueError('watched')
    if (outcome === 'retry' && self.request.retries === 0)
      throw await self.retry({ countdown: 0, exc: new KeyError('again') })
    return outcome
  },
  {
    bind: true,
    maxRetries: 1,
    beforeStart: (self) => logHook(self, 'before_start', self.request.args),
    onSuccess: (self, value) => logHook(self, 'on_success', value),
    onFailure: (self, error) => logHook(self, 'on_failure', shown(error)),
    onRetry: (self, error) => logHook(self, 'on_retry', shown(error)),
    afterReturn: (self, state) => logHook(self, 'after_return', state),
  },
)

// --- retries

app.task(
  'tasks.second_try',
  async (self: RunningTask, countdown: number = 0) => {
    const { retries, id, parent_id, delivery_info } = self.request
    if (retries === 0) throw await self.retry({ countdown, exc: new ValueError('try 0') })
    return [retries, id, parent_id, delivery_info.routing_key]
  },
  { bind: true, maxRetries: 3, params: ['countdown'] },
)
app.task('tasks.always_retry', (self: RunningTask) => self.retry({ countdown: 0 }), { bind: true, maxRetries: 2 })
app.task(
  'tasks.always_retry_with',
  (self: RunningTask, message: string) => self.retry({ countdown: 0, exc: new ValueError(message) }),
  { bind: true, maxRetries: 2 },
)
app.task(
  'tasks.retry_with_other_args',
  async (self: RunningTask, x: number, y = 0) => {
    if (self.request.retries === 0) throw await self.retry({ args: [x + 1], kwargs: { y: 5 }, countdown: 0 })
    return [x, y]
  },
  { bind: true, params: ['x', 'y'] },
)
app.task(
  'tasks.retry_to_another_queue',
  async (self: RunningTask) => {
    if (self.request.retries === 0) throw await self.retry({ countdown: 0, queue: 'other' })
    return self.request.delivery_info.routing_key
  },
  { bind: true },
)
app.task('tasks.no_retries', (self: RunningTask) => self.retry({ countdown: 0, exc: new ValueError('at once') }), {
  bind: true,
  maxRetries: 0,
})
app.task(
  'tasks.retry_limit_of_the_call',
  async (self: RunningTask) => {
    if (self.request.retries < 3) throw await self.retry({ countdown: 0, maxRetries: 5 })
    return self.request.retries
  },
  { bind: true, maxRetries: 1 },
)
app.task(
  'tasks.retry_without_raising',
  async (self: RunningTask) => {
    if (self.request.retries > 0) return 'second'
    await self.retry({ countdown: 0 }).catch(() => {})
    return 'went on'
  },
  { bind: true },
)
app.task(
  'tasks.auto',
  (self: RunningTask) => {
    if (self.request.retries < 2) throw new KeyError('not yet')
    return self.request.retries
  },
  { bind: true, autoretryFor: [KeyError], maxRetries: 2, defaultRetryDelay: 0 },
)
app.task(
  'tasks.auto_gives_up',
  (self: RunningTask) => {
    throw new KeyError(`try ${self.request.retries}`)
  },
  { bind: true, autoretryFor: [KeyError], maxRetries: 1, defaultRetryDelay: 0 },
)
app.task(
  'tasks.auto_but_not_for',
  () => {
    throw new ValueError('not retried')
  },
  { autoretryFor: [Error], dontAutoretryFor: [ValueError], defaultRetryDelay: 0 },
)
app.task(
  'tasks.auto_backoff',
  (self: RunningTask) => {
    if (self.request.retries === 0) throw new KeyError('later')
    return self.request.retries
  },
  { bind: true, autoretryFor: [KeyError], retryBackoff: 1, retryJitter: false },
)

// --- acks

app.task('tasks.early', (seconds: number) => sleep(seconds).then(() => 'early'))
app.task('tasks.late', (seconds: number) => sleep(seconds).then(() => 'late'), { acksLate: true })
app.task(
  'tasks.late_fails',
  () => {
    throw new ValueError('late')
  },
  { acksLate: true },
)
app.task(
  'tasks.late_not_acked_on_failure',
  () => {
    throw new ValueError('not acked')
  },
  { acksLate: true, acksOnFailureOrTimeout: false },
)
app.task(
  'tasks.requeue_once',
  (self: RunningTask) => {
    if (!self.request.delivery_info.redelivered) throw new Reject('once more', true)
    return 'redelivered'
  },
  { bind: true, acksLate: true },
)
app.task(
  'tasks.rejected',
  () => {
    throw new Reject('no')
  },
  { acksLate: true },
)
app.task('tasks.ignored', () => {
  throw new Ignore('')
})
app.task('tasks.leaves', () => process.exit(3))
app.task(
  'tasks.lost_once',
  (self: RunningTask) => {
    if (!self.request.delivery_info.redelivered) process.exit(3)
    return 'survived'
  },
  { bind: true, acksLate: true, rejectOnWorkerLost: true },
)

// --- time limits

app.task(
  'tasks.cleans_up',
  async (self: RunningTask, seconds: number) => {
    try {
      await self.sleep(seconds)
    } catch (error) {
      if (error instanceof SoftTimeLimitExceeded) return 'cleaned up'
      throw error
    }
    return 'was in time'
  },
  { bind: true, softTimeLimit: 1 },
)
app.task(
  'tasks.sleeps',
  async (self: RunningTask, seconds: number) => {
    await self.sleep(seconds)
    return seconds
  },
  { bind: true },
)
app.task(
  'tasks.spins',
  (self: RunningTask) => {
    for (;;) self.checkInterrupt()
  },
  { bind: true },
)
app.task(
  'tasks.spins_at_most_a_second',
  () => {
    for (;;);
  },
  { timeLimit: 1 },
)
app.task('tasks.signed', (self: RunningTask) => self.request.headers['signed-by'], { bind: true })
