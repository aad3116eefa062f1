/** The engine as a library: typed tasks, sent and run by one app in one process. */
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import {
  Celery,
  Ignore,
  PyFloat,
  PyTagged,
  PyTuple,
  Reject,
  type AsyncResult,
  type RunningTask,
} from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const app = new Celery('shop', { broker: server.url(), backend: server.url(), result_extended: true })
let log = ''

class SoldOut extends Error {}

const add = app.task('tasks.add', (x: number, y: number) => x + y, { params: ['x', 'y'] })
const same = app.task('tasks.same', async (value: unknown) => Promise.resolve(value))
const fail = app.task('tasks.fail', (message: string): void => {
  throw new SoldOut(message)
})
const wrong = app.task('tasks.wrong', () => (undefined as unknown as { price: number }).price)
const expected = app.task(
  'tasks.expected',
  () => {
    throw new SoldOut('as planned')
  },
  { throws: [SoldOut] },
)
const order = app.task(
  'tasks.order',
  async (self, times: number) => {
    if (self.request.retries < times)
      throw await self.retry({ exc: new SoldOut(`try ${self.request.retries}`), countdown: 0 })
    return [self.request.retries, self.request.id]
  },
  { bind: true, maxRetries: 2 },
)
const flaky = app.task(
  'tasks.flaky',
  (self, times: number) => {
    if (self.request.retries < times) throw new TypeError('not yet')
    return self.request.retries
  },
  { bind: true, autoretryFor: [TypeError], retryBackoff: true, retryBackoffMax: 0, acksLate: true },
)
const progress = app.task(
  'tasks.progress',
  async (self) => {
    await self.updateState('PROGRESS', { done: 1, at: new Date(0) })
    self.logger.warning('half way')
    return app.AsyncResult(self.request.id).state()
  },
  { bind: true },
)
const parent = app.task('tasks.parent', async () => (await add.delay(1, 1)).id)
const waits = app.task('tasks.waits', async () => (await add.delay(1, 1)).get({ timeoutSeconds: 5 }))
const ignores = app.task('tasks.ignores', () => {
  throw new Ignore('not today')
})
const rejects = app.task(
  'tasks.rejects',
  () => {
    throw new Reject('not mine')
  },
  { acksLate: true },
)
const errors: unknown[] = []
app.task('tasks.on_error', (request: { id: string }, error: Error, traceback: string) => {
  errors.push([request.id, error.message, traceback.includes('typed-tasks')])
})
const limited = app.task(
  'tasks.limited',
  async (self: RunningTask, how: string) => {
    if (how === 'sleep') await self.sleep(30)
    if (how === 'signal')
      await new Promise((_, reject) => self.signal.addEventListener('abort', () => reject(self.signal.reason as Error)))
    if (how === 'send') for (;;) await add.delay(0, 0)
    return how
  },
  { bind: true, softTimeLimit: 0.3 },
)

const worker = app.worker({
  hostname: 'w@here',
  concurrency: 4,
  loglevel: 'INFO',
  log: (text) => Promise.resolve(void (log += text)),
})

beforeAll(async () => {
  expect(await worker.start()).toContain('tasks.add')
})
beforeEach(() => {
  log = ''
})
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

const timeoutSeconds = 20

test('arguments and results have the types of the function', async () => {
  const result = await add.delay(2, 3)
  expectTypeOf(result).toEqualTypeOf<AsyncResult<number>>()
  expect(await result.get({ timeoutSeconds })).toBe(5)
  expect(add.run(2, 3)).toBe(5)
  expectTypeOf(fail.delay('x')).toEqualTypeOf<Promise<AsyncResult<null>>>()
  expectTypeOf(same.delay).parameters.toEqualTypeOf<[value: unknown]>()
  expectTypeOf(order.delay).parameters.toEqualTypeOf<[times: number]>()
  // @ts-expect-error a text is no number
  expectTypeOf(() => add.delay('2', 3)).toBeFunction()
  // @ts-expect-error one argument is missing
  await expect(add.delay(2)).rejects.toThrow("tasks.add() missing 1 required positional argument: 'y'")
  add.s(3) // the first one comes when it is sent
  // @ts-expect-error a text is no number
  add.s('3')
})

test('Python’s kinds arrive as those of JavaScript, and go back as Python’s', async () => {
  expect(await (await app.sendTask('tasks.add', [new PyFloat(2), 3])).get({ timeoutSeconds })).toBe(5)
  const at = new Date(Date.UTC(2030, 0, 2))
  const value = { at, bytes: new Uint8Array([1, 255]), big: 2n ** 70n, list: [1.5, null], nothing: undefined }
  const result = await same.delay(value)
  expect(await result.get({ timeoutSeconds })).toEqual({ at, bytes: value.bytes, big: 2n ** 70n, list: [1.5, null] })
  expect(await app.AsyncResult(result.id).get()).toEqual({
    at: new PyTagged('datetime', '2030-01-02T00:00:00.000+00:00'),
    bytes: new PyTagged('base64', 'Af8='),
    big: 2n ** 70n,
    list: [1.5, null],
  })
  await expect(same.delay(new Map())).rejects.toMatchObject({ name: 'EncodeError' })
})

test('keyword arguments find their places by the names of the parameters', async () => {
  expect(await (await add.applyAsync({ args: [], kwargs: { y: 3, x: 2 } })).get({ timeoutSeconds })).toBe(5)
  await expect((await app.sendTask('tasks.add', [1], { z: 1 })).get({ timeoutSeconds })).rejects.toMatchObject({
    name: 'TypeError',
    message: "tasks.add() got an unexpected keyword argument 'z'",
    module: 'builtins',
  })
  await expect((await app.sendTask('tasks.add', [1, 2, 3])).get({ timeoutSeconds })).rejects.toThrow(
    'tasks.add() takes 2 positional arguments but 3 were given',
  )
  await expect((await app.sendTask('tasks.same', [], { value: 1 })).get({ timeoutSeconds })).rejects.toThrow(
    'its parameters have no names here',
  )
})

test('what a task throws is stored as Celery stores an exception, with its own stack', async () => {
  const failed = await fail.delay('sold out')
  await expect(failed.get({ timeoutSeconds })).rejects.toMatchObject({
    name: 'SoldOut',
    message: 'sold out',
    module: 'tasks',
  })
  const stored = await failed.meta()
  expect(stored).toMatchObject({
    status: 'FAILURE',
    result: { exc_type: 'SoldOut', exc_message: ['sold out'], exc_module: 'tasks' },
    name: 'tasks.fail',
    args: ['sold out'],
    worker: 'w@here',
  })
  expect(stored.traceback).toMatch(/^SoldOut: sold out\n {4}at .*typed-tasks[^]*\n$/)
  expect(stored.traceback).not.toContain('function-runner')
  await waitFor('the log line', () =>
    log.includes(`Task tasks.fail[${failed.id}] raised unexpected: SoldOut('sold out')`),
  )
  const broken = await wrong.delay()
  await expect(broken.get({ timeoutSeconds })).rejects.toMatchObject({ name: 'TypeError' })
  expect((await broken.meta()).result).toMatchObject({ exc_type: 'TypeError', exc_module: 'builtins' })
  const planned = await expected.delay()
  expect(await planned.get({ timeoutSeconds, propagate: false })).toMatchObject({ name: 'SoldOut' })
  await waitFor('the log line', () =>
    log.includes(`Task tasks.expected[${planned.id}] raised expected: SoldOut('as planned')`),
  )
})

describe('retry', () => {
  test('is the same call once more under the same id', async () => {
    const result = await order.delay(2)
    expect(await result.get({ timeoutSeconds })).toEqual([2, result.id])
    await waitFor('the log line', () =>
      log.includes(`Task tasks.order[${result.id}] retry: Retry in 0s: SoldOut('try 0')`),
    )
  })
  test('past max_retries the error itself is the result', async () => {
    await expect((await order.delay(3)).get({ timeoutSeconds })).rejects.toMatchObject({
      name: 'SoldOut',
      message: 'try 2',
    })
  })
  test('comes by itself for the errors of autoretryFor', async () => {
    expect(await (await flaky.delay(2)).get({ timeoutSeconds })).toBe(2)
  })
})

test('a bound task stores a state of its own and logs under its name', async () => {
  const result = await progress.delay()
  expect(await result.get({ timeoutSeconds })).toBe('PROGRESS')
  expect(log).toContain(`WARNING/MainProcess] tasks.progress[${result.id}]: half way`)
})

test('what a task sends is its child; waiting for it is refused as in Celery', async () => {
  const result = await parent.delay()
  const child = await result.get({ timeoutSeconds })
  expect((await result.meta()).children).toEqual([[[child, null], null]])
  expect((await app.AsyncResult(child).meta()).parent_id).toBe(result.id)
  await expect((await waits.delay()).get({ timeoutSeconds })).rejects.toThrow('Never call result.get() within a task!')
})

test('Ignore and Reject store nothing', async () => {
  const [ignored, rejected] = [await ignores.delay(), await rejects.delay()]
  await waitFor(
    'both log lines',
    () =>
      log.includes(`tasks.ignores[${ignored.id}] ignored`) &&
      log.includes(`tasks.rejects[${rejected.id}] reject requeue=False: not mine`),
  )
  expect(await ignored.state()).toBe('PENDING')
  expect(await rejected.state()).toBe('PENDING')
  await waitFor('nothing is left unacked', async () => (await redis.hlen('unacked')) === 0)
})

test('an errback with three parameters is called here; link and chain go on', async () => {
  const failed = await fail.applyAsync({ args: ['x'] }, { link_error: app.signature('tasks.on_error') })
  await waitFor('the errback was called', () => errors.length === 1)
  expect(errors).toEqual([[failed.id, 'x', true]])
  const first = await add.applyAsync({ args: [1, 2] }, { link: { ...add.s(10), options: { task_id: 'linked' } } })
  await first.get({ timeoutSeconds })
  expect(await app.AsyncResult('linked').get({ timeoutSeconds })).toBe(13)
})

test.each(['sleep', 'signal', 'send'])('a soft time limit ends a task that waits by %s', async (how) => {
  const result = await limited.delay(how)
  await expect(result.get({ timeoutSeconds })).rejects.toMatchObject({ name: 'SoftTimeLimitExceeded' })
  expect((await result.meta()).result).toEqual({
    exc_type: 'SoftTimeLimitExceeded',
    exc_message: [],
    exc_module: 'billiard.exceptions',
  })
})

test('an unknown task and options that no task has are named', async () => {
  await expect((await app.sendTask('tasks.nope', new PyTuple([]))).get({ timeoutSeconds })).rejects.toMatchObject({
    name: 'NotRegistered',
  })
  expect(() => app.task('tasks.odd', () => 1, { acks_late: true } as never)).toThrow('here it is called acksLate')
  expect(() => app.task('tasks.odd', 'body' as never)).toThrow('the task tasks.odd is string, expected a function')
})

test('a cold stop gives up what runs, and its late-acked message is there again', async () => {
  const own = new Celery('shop', { broker: server.url(3), backend: server.url(3), task_acks_late: true })
  const ends: unknown[] = []
  const hangs = own.task(
    'tasks.hangs',
    async (self) => {
      ends.push('began')
      if (ends.length > 1) return 'second'
      return self.sleep(1000).finally(() => ends.push('given up'))
    },
    { bind: true },
  )
  const quiet = { log: () => Promise.resolve(), mingle: false }
  const first = own.worker(quiet)
  await first.start()
  const result = await hangs.delay()
  await waitFor('it runs', () => ends.length === 1)
  await first.stop('cold')
  await waitFor('it was given up', () => ends.includes('given up'))
  expect(await result.state()).toBe('PENDING')
  const second = own.worker(quiet)
  await second.start()
  expect(await result.get({ timeoutSeconds })).toBe('second')
  await second.stop()
  await own.close()
})
