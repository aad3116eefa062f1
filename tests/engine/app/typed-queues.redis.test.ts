/** A typed app with queues and routes of its own: its worker consumes them all, and remote control knows how each is bound. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askWorkers } from '../../../src-main/engine/control/broadcast.js'
import { LamportClock } from '../../../src-main/engine/events/lamport-clock.js'
import {
  Celery,
  systemClock,
  systemIds,
  type RunningTask,
  type WireObject,
  type WireValue,
} from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const app = new Celery('shop', {
  broker: server.url(),
  backend: server.url(),
  task_queues: [
    { name: 'celery' },
    { name: 'feed', exchange: { name: 'feed', type: 'topic', delivery_mode: 1 }, routing_key: 'feed.#' },
    { name: 'two', bindings: ['v', 'i'].map((key) => ({ exchange: 'media', routing_key: key })) },
    { name: 'bcast.1', alias: 'bc', exchange: { name: 'bc', type: 'fanout' }, auto_delete: true },
  ],
  task_routes: [
    ({ name, args }) => (name === 'tasks.told' ? { queue: 'feed', routing_key: `feed.${String(args[0])}` } : null),
    [[/tasks\.m/, { exchange: 'media', routing_key: 'v' }]],
  ],
})
const where = (self: RunningTask): WireValue => {
  const { exchange, routing_key: key } = self.request.delivery_info
  return [exchange ?? null, key ?? null]
}
const told = app.task('tasks.told', (self, _of: string) => where(self), { bind: true })
const media = app.task('tasks.media', (self) => where(self), { bind: true })
const plain = app.task('tasks.plain', (self) => where(self), { bind: true })
const again = app.task(
  'tasks.again',
  async (self) => {
    if (self.request.retries === 0) throw await self.retry({ countdown: 0 })
    return where(self)
  },
  { bind: true },
)
let log = ''
const worker = app.worker({
  hostname: 'w@here',
  loglevel: 'INFO',
  log: (text) => Promise.resolve(void (log += text)),
})
const timeoutSeconds = 60

beforeAll(async () => {
  await worker.start()
})
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

async function ask(method: string, args: WireObject = {}): Promise<WireValue | undefined> {
  const parts = { channel: app.channel, lamport: new LamportClock(), clock: systemClock, ids: systemIds }
  const replies = await askWorkers(parts, { method, arguments: args, timeoutSeconds, limit: 1 })
  return replies.get('w@here')
}

const logged = (words: string): Promise<unknown> => waitFor(words, () => log.includes(words))
const exchange = (name: string, type: string, mode: number | null = null): WireObject => ({
  name,
  type,
  arguments: null,
  durable: true,
  passive: false,
  auto_delete: false,
  delivery_mode: mode,
  no_declare: false,
})

test('each call goes where its route says, by a function or a pattern, and the worker consumes all queues', async () => {
  expect(await (await told.delay('a')).get({ timeoutSeconds })).toEqual(['feed', 'feed.a'])
  expect(await (await media.delay()).get({ timeoutSeconds })).toEqual(['media', 'v'])
  expect(await (await plain.delay()).get({ timeoutSeconds })).toEqual(['', 'celery'])
})

test('a retry goes through the exchange that its message came by', async () => {
  const sent = await again.applyAsync({}, { exchange: 'feed', routing_key: 'feed.once' })
  expect(await sent.get({ timeoutSeconds })).toEqual(['feed', 'feed.once'])
})

test('active_queues shows task_queues as they are bound, as kombu tells them', async () => {
  const active = (await ask('active_queues')) as readonly WireObject[]
  expect(active.map(({ name, exchange, routing_key: key }) => [name, exchange, key])).toEqual([
    ['celery', exchange('celery', 'direct'), 'celery'],
    ['feed', exchange('feed', 'topic', 1), 'feed.#'],
    ['two', exchange('celery', 'direct'), 'celery'], // as Celery: the default ones, beside its bindings
    ['bcast.1', exchange('bc', 'fanout'), 'celery'],
  ])
  const [celery, feed, two, broadcast] = active
  const unset = { arguments: null, unbind_arguments: null }
  expect(two).toMatchObject({
    bindings: [
      { exchange: exchange('media', 'direct'), routing_key: 'v', ...unset },
      { exchange: exchange('media', 'direct'), routing_key: 'i', ...unset },
    ],
  })
  expect([celery?.['bindings'], feed?.['bindings']]).toEqual([[], []])
  expect(broadcast).toMatchObject({ alias: 'bc', auto_delete: true, queue: 'bcast.1' })
  expect(celery).not.toHaveProperty('queue')
})

test('conf shows the routes that are data', async () => {
  expect(await ask('conf')).toMatchObject({
    task_routes: [
      [
        [
          { regex: 'tasks\\.m', flags: '' },
          { exchange: 'media', routing_key: 'v' },
        ],
      ],
    ],
  })
})

test('add_consumer binds a new queue as asked, and one that the app knows as the app has it', async () => {
  const letters = { queue: 'mail', exchange: 'post', exchange_type: 'topic', routing_key: 'letter.#' }
  expect(await ask('add_consumer', letters)).toEqual({ ok: 'add consumer mail' })
  await logged('Started consuming from mail')
  expect(await redis.smembers('_kombu.binding.post')).toEqual(['letter.#\x06\x16^letter\\..*?$\x06\x16mail'])
  const sent = await plain.applyAsync({}, { exchange: 'post', routing_key: 'letter.a' })
  expect(await sent.get({ timeoutSeconds })).toEqual(['post', 'letter.a'])
  expect(await ask('cancel_consumer', { queue: 'feed' })).toEqual({ ok: 'no longer consuming from feed' })
  await logged('Canceling queue feed')
  await ask('add_consumer', { queue: 'feed', exchange: 'other' })
  await logged('Started consuming from feed')
  expect(await redis.exists('_kombu.binding.other')).toBe(0)
  const active = (await ask('active_queues')) as readonly WireObject[]
  expect(active.map(({ name }) => name)).toEqual(['celery', 'two', 'bcast.1', 'mail', 'feed'])
  expect(await (await told.delay('b')).get({ timeoutSeconds })).toEqual(['feed', 'feed.b'])
})

test('a Broadcast is cancelled and added by the name that it is known by', async () => {
  await ask('cancel_consumer', { queue: 'bc' })
  await logged('Canceling queue bcast.1')
  await ask('add_consumer', { queue: 'bc' })
  await logged('Started consuming from bcast.1')
})

test('an exchange of a type that Redis has not is refused, and nothing is consumed', async () => {
  const refused = (await ask('add_consumer', { queue: 'h', exchange_type: 'headers' })) as WireObject
  expect(refused['error']).toContain("an exchange is of type 'headers', expected direct, topic or fanout")
  const active = (await ask('active_queues')) as readonly WireObject[]
  expect(active.map(({ name }) => name)).not.toContain('h')
})
