/** One channel on a real Redis: what it holds, gives back and restores. Long, because every promise of a channel has a test on the same server. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { OperationalError } from '../../../../src-main/engine/errors.js'
import type { QueueName } from '../../../../src-main/engine/ids.js'
import type { Envelope } from '../../../../src-main/engine/message/envelope.js'
import { stringifyJson } from '../../../../src-main/engine/serialization/json.js'
import type { WireValue } from '../../../../src-main/engine/serialization/wire-value.js'
import type { ChannelConsumer, Delivery, Unreadable } from '../../../../src-main/engine/transport/channel.js'
import { connectRedis } from '../../../../src-main/engine/transport/redis/connect.js'
import { RedisChannel, type RedisChannelOptions } from '../../../../src-main/engine/transport/redis/redis-channel.js'
import { CuttingProxy } from '../../../support/cutting-proxy.js'
import { startRedisServer } from '../../../support/redis-server.js'
import { waitFor } from '../../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const channels: RedisChannel[] = []
const log = { error: (text: string) => logged.push(text), warning: (text: string) => logged.push(text) }
let logged: string[] = []

beforeEach(async () => {
  logged = []
  await redis.flushall()
})
afterEach(async () => {
  for (const channel of channels.splice(0)) await channel.close()
  await waitFor('all connections of the test are closed', async () => {
    const clients = (await redis.client('LIST')) as string
    return clients.trim().split('\n').length === 1
  })
})
afterAll(() => server.stop())

const queue = (name: string): QueueName => name as QueueName

async function openChannel(options: Partial<RedisChannelOptions> = {}): Promise<RedisChannel> {
  const channel = new RedisChannel({ url: server.url(), log, ...options })
  channels.push(channel)
  await channel.connect()
  return channel
}

function message(tag: string, priority = 0, to = 'celery'): Envelope {
  return {
    body: 'W10=',
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { task: 'tasks.add', id: tag },
    properties: {
      delivery_info: { exchange: '', routing_key: to },
      priority,
      body_encoding: 'base64',
      delivery_tag: tag,
    },
  }
}

class Taken {
  readonly deliveries: Delivery[] = []
  readonly unreadable: Unreadable[] = []
  get tags(): readonly string[] {
    return this.deliveries.map((one) => one.deliveryTag)
  }
  async count(count: number): Promise<void> {
    await waitFor(`${count} deliveries`, () => this.deliveries.length >= count, { describe: () => this.tags.join() })
  }
}

async function consume(
  channel: RedisChannel,
  options: { readonly queues?: readonly string[]; readonly prefetchCount?: number } = {},
): Promise<{ readonly consumer: ChannelConsumer; readonly taken: Taken }> {
  const taken = new Taken()
  const consumer = await channel.consume({
    queues: (options.queues ?? ['celery']).map(queue),
    prefetchCount: options.prefetchCount ?? 0,
    onDelivery: (delivery) => taken.deliveries.push(delivery),
    onUnreadable: (found) => taken.unreadable.push(found),
  })
  return { consumer, taken }
}

async function tagsIn(list: string): Promise<readonly string[]> {
  const items = await redis.lrange(list, 0, -1) // from the tail that is pushed to, to the head that is delivered next
  return items.map((item) => (JSON.parse(item) as Envelope).properties.delivery_tag)
}

test('a published message goes to the list of its priority, and its queue is bound once', async () => {
  const channel = await openChannel()
  for (const priority of [0, 2, 3, 5, 6, 9, 200])
    await channel.publish(message(`p${priority}`, priority), { queue: queue('celery') })
  expect(await tagsIn('celery')).toEqual(['p2', 'p0'])
  expect(await tagsIn('celery\x06\x163')).toEqual(['p5', 'p3'])
  expect(await tagsIn('celery\x06\x166')).toEqual(['p6'])
  expect(await tagsIn('celery\x06\x169')).toEqual(['p200', 'p9'])
  expect(await redis.smembers('_kombu.binding.celery')).toEqual(['celery\x06\x16\x06\x16celery'])
})

test('what is delivered is in unacked until it is acked', async () => {
  const channel = await openChannel()
  const { consumer, taken } = await consume(channel)
  const envelope = message('a')
  await channel.publish(envelope, { queue: queue('celery') })
  await taken.count(1)
  expect(taken.deliveries[0]?.envelope).toEqual(envelope)
  expect(await redis.hget('unacked', 'a')).toBe(stringifyJson([envelope as unknown as WireValue, '', 'celery']))
  const takenAt = Number(await redis.zscore('unacked_index', 'a'))
  expect(Math.abs(takenAt - Date.now() / 1000)).toBeLessThan(5)
  expect(consumer.unackedCount).toBe(1)
  await taken.deliveries[0]?.ack()
  await taken.deliveries[0]?.ack()
  await taken.deliveries[0]?.reject({ requeue: true })
  expect(await redis.keys('*')).toEqual(['_kombu.binding.celery'])
  expect(consumer.unackedCount).toBe(0)
})

test('a rejected message is gone; a requeued one waits behind all others, marked as redelivered', async () => {
  const channel = await openChannel()
  const { taken, consumer } = await consume(channel, { prefetchCount: 2 })
  for (const tag of ['a', 'b', 'c']) await channel.publish(message(tag, 4), { queue: queue('celery') })
  await taken.count(2)
  await consumer.cancel()
  await taken.deliveries[0]?.reject({ requeue: true })
  await taken.deliveries[1]?.reject({ requeue: false })
  expect(await tagsIn('celery\x06\x163')).toEqual(['a', 'c'])
  expect(await redis.exists('unacked', 'unacked_index')).toBe(0)
  const back = JSON.parse((await redis.lindex('celery\x06\x163', 0)) ?? '') as Envelope
  expect(back.headers.redelivered).toBe(true)
  expect(back.properties).toEqual({
    ...message('a', 4).properties,
    delivery_info: { exchange: '', routing_key: 'celery', redelivered: true },
  })
})

test('no more than the prefetch count is held; an ack or a higher count lets the next one come', async () => {
  const channel = await openChannel()
  for (let i = 0; i < 6; i++) await channel.publish(message(`m${i}`), { queue: queue('celery') })
  const { consumer, taken } = await consume(channel, { prefetchCount: 2 })
  await taken.count(2)
  expect(await redis.llen('celery')).toBe(4)
  await taken.deliveries[0]?.ack()
  await taken.count(3)
  consumer.setPrefetchCount(4)
  await taken.count(5)
  expect([taken.tags, await tagsIn('celery')]).toEqual([['m0', 'm1', 'm2', 'm3', 'm4'], ['m5']])
  expect(consumer.unackedCount).toBe(4)
})

test('shutdown puts what is unacked back at the head, in delivery order and so reversed', async () => {
  const channel = await openChannel()
  for (const tag of ['a', 'b', 'c', 'd']) await channel.publish(message(tag), { queue: queue('celery') })
  const { consumer, taken } = await consume(channel, { prefetchCount: 3 })
  await taken.count(3)
  await consumer.cancel()
  await taken.deliveries[1]?.ack()
  expect(await consumer.restoreUnacked()).toBe(2)
  expect(await tagsIn('celery')).toEqual(['d', 'a', 'c'])
  expect(await redis.exists('unacked', 'unacked_index')).toBe(0)
})

test('the queue that delivered goes to the end of the cycle, and urgent lists of all queues come first', async () => {
  const channel = await openChannel()
  for (const tag of ['a1', 'a2', 'a3']) await channel.publish(message(tag, 0, 'a'), { queue: queue('a') })
  for (const tag of ['b1', 'b2']) await channel.publish(message(tag, 0, 'b'), { queue: queue('b') })
  await channel.publish(message('a-late', 9, 'a'), { queue: queue('a') })
  const { taken } = await consume(channel, { queues: ['a', 'b'] })
  await taken.count(6)
  expect(taken.tags).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a-late'])
})

test('queues are added and cancelled while consuming', async () => {
  const channel = await openChannel()
  const { consumer, taken } = await consume(channel, { queues: [] })
  await consumer.addQueue(queue('later'))
  await channel.publish(message('x', 0, 'later'), { queue: queue('later') })
  await taken.count(1)
  await consumer.cancelQueue(queue('later'))
  await channel.publish(message('y', 0, 'later'), { queue: queue('later') })
  expect(await tagsIn('later')).toEqual(['y'])
  expect(taken.tags).toEqual(['x'])
})

test('a list item that is no message is reported and parked, and the next one is delivered', async () => {
  const channel = await openChannel()
  await redis.lpush(
    'celery',
    'this is not json',
    Buffer.from([0xff, 0xfe, 0, 1]),
    '[1, 2, 3]',
    '{"headers": {}, "properties": {}}',
  )
  await channel.publish(message('good'), { queue: queue('celery') })
  const { taken } = await consume(channel)
  await taken.count(1)
  expect(taken.unreadable.map((one) => one.reason)).toEqual([
    'not JSON: Expecting value: line 1 column 1 (char 0)',
    'not UTF-8',
    'JSON, but not an object',
    'no body',
  ])
  expect(await redis.llen('celery.unreadable')).toBe(4)
  expect(await redis.hkeys('unacked')).toEqual(['good'])
})

test('the sweep puts back what was taken longer ago than the visibility timeout, one worker at a time', async () => {
  const channel = await openChannel({ visibilityTimeoutSeconds: 60 })
  const now = Date.now() / 1000
  for (const [tag, age] of [
    ['old', 61],
    ['older', 100],
    ['new', 10],
  ] as const) {
    await redis.hset('unacked', tag, stringifyJson([message(tag, 7) as unknown as WireValue, '', 'celery']))
    await redis.zadd('unacked_index', now - age, tag)
  }
  await redis.set('unacked_mutex', 'another worker')
  expect(await channel.restoreVisible()).toBe(0)
  await redis.del('unacked_mutex')
  expect(await channel.restoreVisible()).toBe(2)
  expect(await tagsIn('celery\x06\x166')).toEqual(['old', 'older'])
  expect(await redis.hkeys('unacked')).toEqual(['new'])
  expect(await redis.exists('unacked_mutex')).toBe(0)
})

test('what is no message in unacked is set aside, byte for byte, and holds nothing up', async () => {
  const channel = await openChannel()
  const odd = ['{"half', '5', '[]', '[1,2,3]', `[${stringifyJson(message('x') as unknown as WireValue)}, 5, null]`]
  const bytes = [...odd.map((text) => Buffer.from(text)), Buffer.from([0xff, 0xfe, 0x00])]
  for (const [at, one] of bytes.entries()) {
    await redis.hset('unacked', `odd-${at}`, one)
    await redis.zadd('unacked_index', 1, `odd-${at}`)
  }
  await redis.zadd('unacked_index', 1, 'nowhere') // in the index alone
  const good = `[${stringifyJson(message('good') as unknown as WireValue)}, "", "celery"]`
  await redis.hset('unacked', 'good', good)
  await redis.zadd('unacked_index', 1, 'good')
  expect(await channel.restoreVisible()).toBe(7)
  expect(await redis.llen('celery')).toBe(1)
  const aside = await redis.lrangeBuffer('unacked.unreadable', 0, -1)
  const sorted = (list: readonly Buffer[]): readonly string[] => list.map((one) => one.toString('hex')).sort()
  expect(sorted(aside)).toEqual(sorted(bytes))
  expect(await redis.exists('unacked', 'unacked_index')).toBe(0)
})

test('two sweeps and an ack at once restore each message once', async () => {
  const one = await openChannel({ visibilityTimeoutSeconds: 0 })
  const { consumer, taken } = await consume(one)
  for (let i = 0; i < 20; i++) await one.publish(message(`m${i}`), { queue: queue('celery') })
  await taken.count(20)
  await consumer.cancel()
  const acks = taken.deliveries.slice(0, 10).map((delivery) => delivery.ack())
  const rejects = taken.deliveries.slice(10).map((delivery) => delivery.reject({ requeue: true }))
  await Promise.all([...acks, ...rejects, one.restoreVisible()])
  await one.restoreVisible()
  const back = await tagsIn('celery')
  expect(new Set(back).size).toBe(back.length)
  for (let i = 10; i < 20; i++) expect(back).toContain(`m${i}`)
  expect(await redis.exists('unacked', 'unacked_index')).toBe(0)
})

test('a fanout reaches who listens to a matching key, by channels with the number of the database', async () => {
  const channel = await openChannel()
  const heard: string[] = []
  const subscription = await channel.subscribe('celeryev', 'worker.#', (envelope, key) =>
    heard.push(`${key} ${envelope.properties.delivery_tag}`),
  )
  await channel.subscribe('celery.pidbox', '', (envelope, key) =>
    heard.push(`pidbox${key} ${envelope.properties.delivery_tag}`),
  )
  await channel.broadcast('celeryev', 'worker.online', message('1'))
  await channel.broadcast('celeryev', 'task.sent', message('2'))
  await redis.publish('/0.celeryev/worker.heartbeat', 'garbage')
  await channel.broadcast('celery.pidbox', '', message('3'))
  await waitFor('three notices', () => heard.length + logged.length === 3)
  expect(heard).toEqual(['worker.online 1', 'pidbox 3'])
  expect(logged).toEqual([
    "Cannot process event on channel '/0.celeryev/worker.heartbeat': not JSON: Expecting value: line 1 column 1 (char 0); it is ignored",
  ])
  await subscription.close()
  expect(await redis.pubsub('NUMPAT')).toBe(1)
})

test("a queue of one's own is bound, read without unacked, and leaves no key", async () => {
  const channel = await openChannel()
  const replies: string[] = []
  const own = await channel.ownQueue(
    queue('oid.reply.celery.pidbox'),
    { exchange: 'reply.celery.pidbox', routingKey: 'oid' },
    (envelope) => replies.push(envelope.properties.delivery_tag),
  )
  expect(await redis.smembers('_kombu.binding.reply.celery.pidbox')).toEqual([
    'oid\x06\x16\x06\x16oid.reply.celery.pidbox',
  ])
  expect(await channel.publishBound('reply.celery.pidbox', 'oid', message('reply'))).toBe(1)
  expect(await channel.publishBound('reply.celery.pidbox', 'nobody', message('lost'))).toBe(0)
  await waitFor('the reply', () => replies.length === 1)
  expect(await redis.exists('unacked')).toBe(0)
  await own.close()
  expect(await redis.keys('*')).toEqual([])
})

test("a channel closes while a queue of one's own is being read", async () => {
  const channel = await openChannel()
  await channel.ownQueue(queue('oid.replies'), { exchange: 'replies', routingKey: 'oid' }, () => {})
  await waitFor('it is being read', async () => String(await redis.client('LIST')).includes('cmd=brpop'))
  await channel.close()
})

test('global_keyprefix is before every key and channel', async () => {
  const channel = await openChannel({ keys: { prefix: 'app1:' } })
  const { taken } = await consume(channel)
  const heard: string[] = []
  await channel.subscribe('celeryev', '#', (_envelope, key) => heard.push(key))
  await channel.publish(message('a'), { queue: queue('celery') })
  await taken.count(1)
  expect((await redis.keys('*')).sort()).toEqual(['app1:_kombu.binding.celery', 'app1:unacked', 'app1:unacked_index'])
  await redis.publish('app1:/0.celeryev/task.sent', stringifyJson(message('e') as unknown as WireValue))
  await waitFor('the event', () => heard.length === 1)
  expect(heard).toEqual(['task.sent'])
})

test('a cut link is told, made again, and everything goes on: queues, fanout, and what was held is delivered again', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const channel = await openChannel({ url: server.url(0, proxy.port) })
    const { taken, consumer } = await consume(channel, { prefetchCount: 2 })
    const heard: string[] = []
    await channel.subscribe('celeryev', 'worker.#', (_envelope, key) => heard.push(key))
    const told: string[] = []
    channel.onConnectionLost((error) => told.push(`lost ${error.name}`))
    channel.onReconnectFailed((failure) => told.push(`retry ${failure.retry} in ${failure.retryInSeconds}`))
    channel.onConnectionBack(() => told.push('back'))
    await channel.publish(message('held'), { queue: queue('celery') })
    await taken.count(1)

    proxy.cut({ andRefuse: true })
    await waitFor('the first failed attempt', () => told.length === 2)
    expect(told).toEqual(['lost OperationalError', 'retry 1 in 2'])
    await expect(channel.publish(message('x'), { queue: queue('celery') })).rejects.toMatchObject({
      name: 'OperationalError',
    })
    await redis.del('_kombu.binding.celery')
    proxy.heal()
    await waitFor('the link is back', () => told.at(-1) === 'back')

    await taken.count(2)
    expect(taken.tags).toEqual(['held', 'held'])
    expect(taken.deliveries[1]?.envelope.headers.redelivered).toBe(true)
    await taken.deliveries[0]?.ack() // of the delivery that was taken back: must not ack the new one
    expect(await redis.hkeys('unacked')).toEqual(['held'])
    expect(consumer.unackedCount).toBe(1)
    await channel.broadcast('celeryev', 'worker.heartbeat', message('e'))
    await waitFor('the event', () => heard.length === 1)
    expect(await redis.smembers('_kombu.binding.celery')).toHaveLength(1)
    await channel.publish(message('after'), { queue: queue('celery') })
    await taken.count(3)
  } finally {
    for (const channel of channels.splice(0)) await channel.close()
    await proxy.stop()
  }
})

test('a link that is open but silent counts as lost after the socket timeout', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const channel = await openChannel({ url: server.url(0, proxy.port), socketTimeoutSeconds: 1.5 })
    const { taken } = await consume(channel)
    let lost = 0
    let backs = 0
    channel.onConnectionBack(() => backs++)
    channel.onConnectionLost(() => lost++)
    proxy.silence()
    await waitFor('the loss', () => lost === 1)
    proxy.heal()
    await waitFor('the link is back', () => backs > 0)
    await (await openChannel()).publish(message('after'), { queue: queue('celery') })
    await taken.count(1)
  } finally {
    for (const channel of channels.splice(0)) await channel.close()
    await proxy.stop()
  }
})

test('after a restart with an empty Redis the queues are bound and consumed again', async () => {
  const own = await startRedisServer()
  const channel = await openChannel({ url: own.url() })
  try {
    const { taken } = await consume(channel)
    await channel.publish(message('gone'), { queue: queue('celery') })
    await taken.count(1)
    let backs = 0
    channel.onConnectionBack(() => backs++)
    await own.stop()
    await waitFor('the loss is noticed', async () =>
      channel.restoreVisible().then(
        () => false,
        () => true,
      ),
    )
    await own.start()
    await waitFor('the link is back', () => backs === 1)
    expect(await own.client().keys('*')).toEqual(['_kombu.binding.celery'])
    await channel.publish(message('new'), { queue: queue('celery') })
    await taken.count(2)
    await taken.deliveries[0]?.ack()
    expect(taken.tags).toEqual(['gone', 'new'])
  } finally {
    for (const one of channels.splice(0)) await one.close()
    await own.stop()
  }
})

test('a Redis user who may do no more than a worker needs can consume', async () => {
  await redis.call('ACL', 'SETUSER', 'worker', 'on', '>pw', '~*', '&*', '+@all', '-client')
  const channel = await openChannel({ url: `redis://worker:pw@127.0.0.1:${server.port}/0` })
  const { taken, consumer } = await consume(channel)
  await channel.publish(message('a'), { queue: queue('celery') })
  await taken.count(1)
  await consumer.cancel()
  expect(consumer.unackedCount).toBe(1)
})

test('fifty cuts in a row leave one loop, and what was taken is acked or comes again', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const channel = await openChannel({ url: server.url(0, proxy.port) })
    const sender = await openChannel()
    const seen = new Set<string>()
    const options = { queues: [queue('celery')], prefetchCount: 4, onUnreadable: () => {} }
    await channel.consume({
      ...options,
      onDelivery: (delivery) => {
        seen.add(delivery.deliveryTag)
        delivery.ack().catch(() => {}) // a cut while acking: the message comes again
      },
    })
    let backs = 0
    channel.onConnectionBack(() => backs++)
    const allIsDone = () =>
      waitFor('every list is empty', async () => (await redis.llen('celery')) + (await redis.hlen('unacked')) === 0, {
        describe: () => logged.join('\n'),
        timeoutSeconds: 20,
      })
    for (let round = 1; round <= 50; round++) {
      await allIsDone() // what two cuts have hit stays in `unacked` until the sweep
      for (let i = 0; i < 3; i++) await sender.publish(message(`${round}-${i}`), { queue: queue('celery') })
      proxy.cut()
      await waitFor(`back after cut ${round}`, () => backs >= round)
    }
    await allIsDone()
    // A BRPOP whose answer was cut off on its way loses that message: this is Redis' at-most-once pop, as with Celery.
    expect(seen.size).toBeGreaterThan(140)
    const clients = ((await redis.client('LIST')) as string).split('\n').filter((line) => line.includes('cmd=brpop'))
    expect(clients).toHaveLength(1)
  } finally {
    for (const channel of channels.splice(0)) await channel.close()
    await proxy.stop()
  }
}, 60_000)

/** Cuts every connection just before, or just after, the connection for BRPOP is made. */
for (const moment of ['before', 'after'] as const)
  test(`a link that is lost just ${moment} the consumer has its connection is made again, and one loop consumes`, async () => {
    let made = 0
    const cut = async (): Promise<void> => void (await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
    const channel = await openChannel({
      connect: async (address, options) => {
        const isBrpop = ++made === 2
        if (isBrpop && moment === 'before') await cut()
        const client = await connectRedis(address, options)
        if (isBrpop && moment === 'after') await cut()
        return client
      },
    })
    const { taken } = await consume(channel)
    await waitFor('one BRPOP', async () => ((await redis.client('LIST')) as string).includes('cmd=brpop'))
    const sender = await openChannel()
    await sender.publish(message('a'), { queue: queue('celery') })
    await taken.count(1)
    await taken.deliveries[0]?.ack()
    await waitFor('only one loop is left', async () => {
      const clients = (await redis.client('LIST')) as string
      return clients.split('\n').filter((line) => line.includes('cmd=brpop')).length === 1
    })
    expect(await redis.hlen('unacked')).toBe(0)
  })

test('a reconnect that fails half-way is made once more, with connections that are all new', async () => {
  let made = 0
  let failAt = 0
  const channel = await openChannel({
    connect: async (address, options) => {
      if (++made === failAt) throw new OperationalError('Redis is away again')
      return connectRedis(address, options)
    },
  })
  const heard: string[] = []
  await channel.subscribe('celeryev', 'worker.#', (_envelope, key) => heard.push(key))
  const { taken } = await consume(channel)
  await channel.ownQueue(queue('own'), { exchange: 'reply', routingKey: 'own' }, () => {})
  let failures = 0
  let backs = 0
  channel.onReconnectFailed(() => failures++)
  channel.onConnectionBack(() => backs++)

  // After the loss: commands, subscriber, BRPOP, and then the queue of one's own, which cannot be opened.
  failAt = made + 4
  await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await waitFor('the attempt after the failed one', () => backs === 1)
  expect(failures).toBe(1)
  await channel.publish(message('a'), { queue: queue('celery') })
  await taken.count(1)
  await taken.deliveries[0]?.ack()
  await channel.broadcast('celeryev', 'worker.heartbeat', message('e'))
  await waitFor('the event', () => heard.length === 1)
  expect(await redis.hlen('unacked')).toBe(0)
})

test('when Redis refuses to take a message for unacked, nothing is lost', async () => {
  const channel = await openChannel()
  await redis.set('unacked', 'not a hash')
  const { taken } = await consume(channel)
  await channel.publish(message('a'), { queue: queue('celery') })
  await waitFor('the refusal is logged', () => logged.length > 0)
  expect(logged[0]).toContain('WRONGTYPE')
  await redis.del('unacked')
  await taken.count(1)
  expect(await redis.hkeys('unacked')).toEqual(['a'])
})

test('when Redis refuses to set an unreadable item aside, it stays in its queue, and consuming goes on', async () => {
  const channel = await openChannel()
  await redis.set('celery.unreadable', 'not a list')
  await redis.lpush('celery', 'this is not json')
  const { taken } = await consume(channel)
  await waitFor('the refusal is logged', () => logged.length > 0)
  expect(logged[0]).toContain('WRONGTYPE')
  await redis.del('celery.unreadable')
  await channel.publish(message('good'), { queue: queue('celery') })
  await taken.count(1)
  expect(await redis.lrange('celery.unreadable', 0, -1)).toEqual(['this is not json'])
})

test('a wrong password and a closed port are an OperationalError at once', async () => {
  const wrong = new RedisChannel({ url: server.url().replace(server.password, 'wrong'), log })
  await expect(wrong.connect()).rejects.toThrow(/WRONGPASS|NOAUTH/)
  const closed = new RedisChannel({ url: 'redis://:x@127.0.0.1:1/0', log })
  await expect(closed.connect()).rejects.toMatchObject({
    name: 'OperationalError',
    message: 'Error 111 connecting to 127.0.0.1:1. Connection refused.',
  })
  expect(closed.address).toBe('redis://:**@127.0.0.1:1/0')
})

test("a queue of one's own that could not be opened is not opened by a later reconnect", async () => {
  let refuse = false
  const made: string[] = []
  const connect: typeof connectRedis = (address, options) => {
    made.push('connection')
    if (refuse) return Promise.reject(new OperationalError('Error 111 connecting to somewhere. Connection refused.'))
    return connectRedis(address, options)
  }
  const channel = await openChannel({ connect })
  let backs = 0
  channel.onConnectionBack(() => backs++)
  refuse = true
  const opening = channel.ownQueue(queue('oid.replies'), { exchange: 'replies', routingKey: 'oid' }, () => {})
  await expect(opening).rejects.toMatchObject({ name: 'OperationalError' })
  refuse = false
  await waitFor('the link is back', () => backs === 1)
  expect(String(await redis.client('LIST'))).not.toContain('cmd=brpop')
  await channel.close()
  const before = made.length
  await expect(channel.consume({ ...nothing, queues: [queue('celery')] })).rejects.toMatchObject({
    name: 'OperationalError',
  })
  expect(made.length).toBe(before)
})

const nothing = { prefetchCount: 0, onDelivery: () => {}, onUnreadable: () => {} }
