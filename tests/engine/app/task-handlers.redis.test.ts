/** A task's own handlers, and `this`, in a worker of the app's own process. Celery: celery/app/trace.py */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery, Ignore, type RunningTask } from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const app = new Celery('shop', { broker: server.url(), backend: server.url() })
let log = ''
const told: string[] = []
const tell = (text: string): void => void told.push(text)

/** Says for each handler what it gets, and whether the result is there by then. */
const handlers = {
  beforeStart: (self: RunningTask) => tell(`before ${self.request.id}`),
  onSuccess: async (self: RunningTask, value: unknown) => tell(`success ${String(value)} ${await stateOf(self)}`),
  onFailure: async (self: RunningTask, error: Error) => tell(`failure ${error.message} ${await stateOf(self)}`),
  onRetry: async (self: RunningTask, error: Error | null) => tell(`retry ${error?.message} ${await stateOf(self)}`),
  afterReturn: (_self: RunningTask, state: string, value: unknown) =>
    tell(`return ${state} ${value instanceof Error ? value.message : String(value)}`),
}
const stateOf = async ({ request }: RunningTask): Promise<string> =>
  (JSON.parse((await redis.get(`celery-task-meta-${request.id}`)) ?? '{}') as { status?: string }).status ?? 'none'

const good = app.task('tasks.good', (n: number) => n + 1, handlers)
const bad = app.task(
  'tasks.bad',
  () => {
    throw new RangeError('too far')
  },
  handlers,
)
const again = app.task(
  'tasks.again',
  async (self) => {
    if (self.request.retries === 0) throw await self.retry({ countdown: 0, exc: new RangeError('once more') })
    return 'done'
  },
  { ...handlers, bind: true },
)
const ignored = app.task(
  'tasks.ignored',
  () => {
    throw new Ignore('')
  },
  handlers,
)
const early = app.task('tasks.early', () => tell('body'), {
  beforeStart: () => {
    throw new RangeError('before')
  },
  onFailure: handlers.onFailure,
})
const broken = app.task('tasks.broken', () => 'value', {
  onSuccess: () => {
    throw new RangeError('in the handler')
  },
  afterReturn: () => tell('never'),
})
const ofThis = app.task('tasks.of_this', function (this: RunningTask, n: number) {
  return [this.name, this.request.id.length, n]
})
const worker = app.worker({
  loglevel: 'INFO',
  log: (text) => {
    log += text
    return Promise.resolve()
  },
})

beforeAll(async () => void (await worker.start()))
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

const heard = async (id: string, last: string): Promise<readonly string[]> => {
  await waitFor(`${id}: ${last}`, () => told.includes(last), { describe: () => told.join('\n') })
  return told.splice(0)
}

test('a success: before the body, once it is stored, once it is logged', async () => {
  await good.applyAsync({ args: [1] }, { task_id: 'g' })
  expect(await heard('g', 'return SUCCESS 2')).toEqual(['before g', 'success 2 SUCCESS', 'return SUCCESS 2'])
})

test('a failure', async () => {
  await bad.applyAsync({}, { task_id: 'b' })
  expect(await heard('b', 'return FAILURE too far')).toEqual([
    'before b',
    'failure too far FAILURE',
    'return FAILURE too far',
  ])
})

test('a retry is no return', async () => {
  await again.applyAsync({}, { task_id: 'a' })
  const last = 'return SUCCESS done'
  expect(await heard('a', last)).toEqual([
    'before a',
    'retry once more RETRY',
    'before a',
    'success done SUCCESS',
    last,
  ])
})

test('a task that is ignored has no end', async () => {
  await ignored.applyAsync({}, { task_id: 'i' })
  await waitFor('it is logged', () => log.includes('Task tasks.ignored[i] ignored'))
  expect(told.splice(0)).toEqual(['before i'])
})

test('what beforeStart throws is the failure, and the body does not run', async () => {
  const result = await early.applyAsync({}, { task_id: 'e' })
  await expect(result.get({ timeoutSeconds: 20 })).rejects.toThrow('before')
  expect(await heard('e', 'failure before FAILURE')).toEqual(['failure before FAILURE'])
})

test('what onSuccess throws is logged, the result stays, and no other handler runs', async () => {
  const result = await broken.delay()
  await waitFor('it is logged', () => log.includes("Exception raised outside body: RangeError('in the handler'):"))
  expect(await result.get({ timeoutSeconds: 20 })).toBe('value')
  expect(told).toEqual([])
})

test('`this` of a function is the running task', async () => {
  expect(await (await ofThis.delay(7)).get({ timeoutSeconds: 20 })).toEqual(['tasks.of_this', 36, 7])
})
