/**
 * 16-queues: the same settings and calls leave the same messages in the same lists with the same bindings, and a consumer takes
 * from several queues in the recorded order. `compared` and `notCompared` name every recorded folder.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { channelFor } from '../../src-main/engine/app/open-broker.js'
import { Celery, systemClock, systemIds, type CeleryOptions } from '../../src-main/engine/index.js'
import type { QueueName } from '../../src-main/engine/ids.js'
import { PyTuple } from '../../src-main/engine/serialization/python-repr.js'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { Normalizer } from './normalize.js'
import { readRecording, readText, type RecordedMessage } from './recording.js'
import { make, type Call } from './scenario-calls.js'

const tree = '16-queues-5.6.3'
const tuple = (...items: readonly WireValue[]): PyTuple => new PyTuple(items)
const add = (x: number, y: number, options: Call['options'] = {}): Call => ({
  name: 'tasks.add',
  args: tuple(x, y),
  options,
})

interface Compared {
  readonly conf: CeleryOptions
  readonly calls: readonly Call[]
  /** Which snapshot shows what the client left: lists and bindings. null: it was taken later. */
  readonly snapshot: string | null
}

const topicQueues: CeleryOptions = {
  task_queues: [
    { name: 'default', exchange: 'default', routing_key: 'default' },
    { name: 'feed', exchange: { name: 'feed', type: 'topic' }, routing_key: 'feed.#' },
    { name: 'two', bindings: ['v', 'i'].map((key) => ({ exchange: 'media', routing_key: key })) },
    { name: 'pq', queue_arguments: { 'x-max-priority': 10 } },
  ],
  task_default_queue: 'default',
  task_routes: {
    'tasks.mul': { queue: 'feed', routing_key: 'feed.mul' },
    'tasks.x*': { queue: 'two', routing_key: 'v' },
    'tasks.add': 'pq',
  },
}
const strategy = (name: string): Compared => ({
  conf: { broker_transport_options: { queue_order_strategy: name } },
  calls: [0, 1, 2].flatMap((n) => ['b', 'a', 'c'].map((queue) => add(n, n, { queue }))),
  snapshot: null,
})

const compared: Readonly<Record<string, Compared>> = {
  'task-queues-topic': {
    conf: topicQueues,
    calls: [
      add(1, 1),
      { name: 'tasks.mul', args: tuple(2, 2) },
      { name: 'tasks.xsum', args: tuple([1, 2]) },
      { name: 'tasks.echo', args: tuple(1) },
      { name: 'tasks.echo', args: tuple(2), options: { exchange: 'feed', routing_key: 'feed.a.b' } },
      { name: 'tasks.echo', args: tuple(3), options: { exchange: 'feed', routing_key: 'nomatch' } },
    ],
    snapshot: 'published, no worker',
  },
  'priority-default': {
    conf: {},
    calls: [...[9, 7, 6, 5, 3, 1, 0].map((p) => add(p, 0, { priority: p })), add(0, 0)],
    snapshot: 'published',
  },
  'priority-steps': {
    conf: { broker_transport_options: { priority_steps: [...Array(10).keys()], sep: ':' } },
    calls: [9, 0, 5, 3].map((p) => add(p, p, { priority: p })),
    snapshot: 'published',
  },
  'Q-a-b': {
    conf: {},
    calls: [...[0, 1, 2].flatMap((n) => [add(1, n, { queue: 'a' }), add(2, n, { queue: 'b' })]), add(9, 9)],
    snapshot: null,
  },
  'order-round_robin': strategy('round_robin'),
  'order-sorted': strategy('sorted'),
  'order-priority': strategy('priority'),
  'create-missing-off': {
    conf: { task_create_missing_queues: false, task_queues: [{ name: 'known' }], task_default_queue: 'known' },
    calls: [add(2, 2)],
    snapshot: null,
  },
}

/** What is left, and why. */
const notCompared: Readonly<Record<string, string>> = {
  'exclude-X': 'its banner: tests/engine/message/queues.test.ts has what -X selects',
  broadcast: 'nothing is sent, here neither: see below',
  'broadcast-queue-route': 'the copies for the lists of two workers: see below',
  ...Object.fromEntries(
    ['conf0-c2', 'disable-prefetch', 'eta-limit', 'm0-c2', 'm1-c2', 'm1-c2-late', 'm1-c2-late-Ofair', 'm4-c2'].map(
      (name) => [`prefetch-${name}`, 'what a worker holds: tests/wire/queues-replay.redis.test.ts'],
    ),
  ),
}

const server = await startRedisServer()
const redis = server.client()
const apps: Celery[] = []
beforeEach(() => redis.flushall())
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})
afterAll(() => server.stop())

function appWith(conf: CeleryOptions): Celery {
  const app = new Celery('tasks', { ...conf, broker: server.url() })
  apps.push(app)
  return app
}

describe.each(Object.entries(compared))('16-queues/%s', (folder, { conf, calls, snapshot }) => {
  const recording = readRecording(`${tree}/${folder}`)
  const recorded = recording.messages.filter(isTask)

  test('every envelope, in its list', async () => {
    await make(appWith(conf), calls)
    const [theirs, ours] = [new Normalizer(), new Normalizer()]
    const expected = byList(recorded.map(({ key, envelope }) => [key, envelope] as const))
    const found: (readonly [string, WireObject])[] = []
    for (const key of expected.keys()) for (const envelope of await listed(key)) found.push([key, envelope])
    expect(shown(byList(found), ours)).toEqual(shown(expected, theirs))
  })

  test.runIf(snapshot !== null)('the same lists and bindings', async () => {
    await make(appWith(conf), calls)
    const keys = recording.snapshots.find((one) => one.label === snapshot)?.keys as Record<string, WireObject>
    expect((await redis.keys('*')).sort()).toEqual(Object.keys(keys).sort())
    for (const [key, { type, value }] of Object.entries(keys)) {
      if (type === 'set') expect((await redis.smembers(key)).sort()).toEqual([...(value as readonly string[])].sort())
      else expect(await redis.llen(key)).toBe((value as readonly unknown[]).length)
    }
  })
})

/** The first order of Celery's worker comes from a set, not from -Q: what it was is read off the recording. */
test.each([
  ['round_robin', ['c', 'b', 'a']],
  ['sorted', ['c', 'a', 'b']],
  ['priority', ['a', 'b', 'c']],
])('order-%s: queues take turns as recorded', async (name, first) => {
  const folder = `${tree}/order-${name}`
  const queueOf = new Map(
    readRecording(folder)
      .messages.filter(isTask)
      .map(({ key, envelope }) => [String((envelope.headers as WireObject).id), key]),
  )
  const log = readText(`${folder}/worker.log.txt`)
  const recorded = [...log.matchAll(/\[([0-9a-f-]{36})\] received/g)].map((match) => queueOf.get(match[1] ?? ''))
  const app = appWith(compared[`order-${name}`]?.conf ?? {})
  await make(app, compared[`order-${name}`]?.calls ?? [])
  const taken: string[] = []
  const ports = { clock: systemClock, ids: systemIds, log: { error: fail, warning: fail } }
  const channel = channelFor(app.conf, app.queues, ports)
  try {
    await channel.connect()
    const queues = first as QueueName[] // the recorded names
    await channel.consume({
      queues,
      prefetchCount: 0,
      onUnreadable: () => fail('unreadable'),
      onDelivery: (delivery) => {
        taken.push(delivery.queue)
        void delivery.ack()
      },
    })
    await waitFor('all are taken', () => taken.length === recorded.length)
  } finally {
    await channel.close()
  }
  expect(taken).toEqual(recorded)
})

test("create-missing-off: an unknown queue is refused in Celery's words", async () => {
  const app = appWith(compared['create-missing-off']?.conf ?? {})
  await expect(make(app, [add(1, 1, { queue: 'unknown' })])).rejects.toMatchObject({
    name: 'QueueNotFound',
    message: "Queue 'unknown' missing from task_queues",
  })
  const words = /ImproperlyConfigured: (Trying to select[^]*setting\.)/.exec(
    readText(`${tree}/create-missing-off/worker.log.txt`),
  )?.[1]
  expect(() => app.queues.consumed(['unknown'], [])).toThrow(words)
})

test('broadcast: a client naming queue and exchange reaches nobody; naming the queue, the list of each worker', async () => {
  const broadcast = { name: 'bcast.1', alias: 'bc', exchange: { name: 'bc', type: 'fanout' }, auto_delete: true }
  await redis.sadd('_kombu.binding.bc', ...['bcast.1', 'bcast.2'].map((own) => `celery\x06\x16\x06\x16${own}`))
  const app = appWith({ task_queues: [broadcast, { name: 'celery' }] })
  const echo = (options: Call['options'] = {}): Call => ({
    name: 'tasks.echo',
    args: tuple('to all'),
    options: { ...options, ignore_result: true },
  })
  await make(app, [echo({ queue: 'bc', exchange: 'bc' })])
  expect(await redis.keys('*')).toEqual(['_kombu.binding.bc'])
  await make(app, [echo({ queue: 'bc' })])
  const recorded = readRecording(`${tree}/broadcast-queue-route`).messages.filter(isTask)
  const [theirs, ours] = [new Normalizer(), new Normalizer()]
  const found = [...(await listed('bcast.1')), ...(await listed('bcast.2'))]
  expect(found.map((one) => ours.message(withoutBody(one)))).toEqual(
    recorded.map(({ envelope }) => theirs.message(envelope)),
  )
})

test('a broadcast reaches each worker, by the channel and by the list of its own, and leaves nothing', async () => {
  const taken: string[] = []
  const channels = ['bcast.1', 'bcast.2'].map((own) => {
    const app = appWith({
      task_queues: [{ name: own, alias: 'bc', exchange: { name: 'bc', type: 'fanout' }, auto_delete: true }],
    })
    return {
      own,
      channel: channelFor(app.conf, app.queues, {
        clock: systemClock,
        ids: systemIds,
        log: { error: fail, warning: fail },
      }),
    }
  })
  for (const { own, channel } of channels) {
    await channel.connect()
    await channel.consume({
      queues: [own as QueueName],
      prefetchCount: 0,
      onUnreadable: () => fail('unreadable'),
      onDelivery: (delivery) => {
        taken.push(`${own} ${String(delivery.envelope.headers.argsrepr)}`)
        void delivery.ack()
      },
    })
  }
  await make(appWith({ task_queues: [{ name: 'x', alias: 'bc', exchange: { name: 'bc', type: 'fanout' } }] }), [
    { name: 'tasks.echo', args: tuple('by list'), options: { queue: 'bc' } },
  ])
  await make(appWith({ task_queues: [{ name: 'x', exchange: { name: 'bc', type: 'fanout' } }] }), [
    { name: 'tasks.echo', args: tuple('by channel'), options: { queue: 'x' } },
  ])
  await waitFor('four copies', () => taken.length >= 4, { describe: () => taken.join('\n') })
  for (const { channel } of channels) await channel.close()
  expect([...taken].sort()).toEqual(
    ['bcast.1', 'bcast.2'].flatMap((own) => [`${own} ('by channel',)`, `${own} ('by list',)`]),
  )
  expect((await redis.keys('*')).filter((key) => !key.includes('binding'))).toEqual([])
  expect(await redis.smembers('_kombu.binding.bc')).toEqual(['celery\x06\x16\x06\x16x'])
})

test('every recorded folder is compared or says why not', () => {
  const folders = readdirSync(join(import.meta.dirname, 'recordings', tree), { withFileTypes: true })
  const named = [...Object.keys(compared), ...Object.keys(notCompared)]
  expect(named.sort()).toEqual(
    folders
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort(),
  )
})

/** In the order they were pushed. */
async function listed(key: string): Promise<readonly WireObject[]> {
  return (await redis.lrange(key, 0, -1)).reverse().map((text) => parseJson(text) as WireObject)
}

function byList(found: readonly (readonly [string, WireObject])[]): ReadonlyMap<string, readonly WireObject[]> {
  const keys = [...new Set(found.map(([key]) => key))].sort()
  return new Map(keys.map((key) => [key, found.filter((one) => one[0] === key).map((one) => one[1])]))
}

function shown(
  lists: ReadonlyMap<string, readonly WireObject[]>,
  normalizer: Normalizer,
): readonly (readonly [string, readonly string[]])[] {
  return [...lists].map(([key, list]) => [key, list.map((one) => normalizer.message(withoutBody(one)))])
}

/** The recorder left bodies out; arguments are in argsrepr. */
function withoutBody(envelope: WireObject): WireObject {
  return { ...envelope, body: '(base64 of body_decoded)' }
}

function isTask({ op, envelope }: RecordedMessage): boolean {
  return op === 'LPUSH' && 'task' in (envelope.headers as WireObject)
}

function fail(text: string): never {
  throw new Error(text)
}
