import { afterAll, beforeAll, expect, it } from 'vitest'
import { Celery } from '../../../src-main/engine/app/celery.js'
import { plainEnvelope } from '../../../src-main/engine/message/plain-envelope.js'
import type { AppWorker } from '../../../src-main/engine/app/app-worker.js'
import { startRedisServer, type RedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

let server: RedisServer
let app: Celery
let worker: AppWorker
const node = 'celery@here'
const one = { destination: [node], timeoutSeconds: 60 }

beforeAll(async () => {
  server = await startRedisServer()
  app = new Celery('tasks', { broker: server.url(), backend: server.url() })
  app.task('tasks.add', (x: number, y: number) => x + y)
  worker = app.worker({ hostname: node, mingle: false, log: () => Promise.resolve() })
  await worker.start()
}, 60_000)

afterAll(async () => {
  await worker.stop('cold')
  await app.close()
  await server.stop()
})

it('an app that has sent nothing yet asks its workers, and leaves no list behind', async () => {
  const asking = new Celery('other', { broker: server.url(), backend: server.url() })
  try {
    expect(await asking.control.ping(one)).toEqual([{ [node]: { ok: 'pong' } }])
    expect(await asking.control.inspect(one).registered()).toEqual({ [node]: ['tasks.add'] })
    const redis = server.client()
    expect(await redis.keys('*reply.celery.pidbox*')).toEqual([])
  } finally {
    await asking.close()
  }
})

it('commands change the worker: a queue more, a limit, a revoked id', async () => {
  const { control } = app
  expect(await control.addConsumer('more', { ...one, reply: true })).toEqual([{ [node]: { ok: 'add consumer more' } }])
  const result = await app.task('tasks.add').applyAsync({ args: [1, 2] }, { queue: 'more' })
  expect(await result.get({ timeoutSeconds: 60 })).toBe(3)
  await control.revoke('some-id')
  const known = async (): Promise<boolean> => {
    const ids = (await control.inspect(one).revoked())?.[node]
    return Array.isArray(ids) && ids.includes('some-id')
  }
  await waitFor('it is known as revoked', known, { timeoutSeconds: 60 })
  expect(await control.rateLimit('tasks.none', '1/s', { ...one, reply: true })).toEqual([
    { [node]: { error: 'unknown task' } },
  ])
})

it('purge deletes what waits, in the lists of every priority', async () => {
  const far = new Celery('far', { broker: server.url(3) })
  try {
    for (const priority of [0, 6, 9]) await far.sendTask('tasks.add', [1, 1], {}, { priority })
    expect(await far.control.purge()).toBe(3)
    expect(await far.control.purge()).toBe(0)
  } finally {
    await far.close()
  }
})

it('who asks right after a message was sent hears of that message', async () => {
  const redis = server.client()
  const replyTo = { exchange: 'reply.celery.pidbox', routing_key: 'me' }
  await redis.sadd('_kombu.binding.reply.celery.pidbox', 'me\x06\x16\x06\x16replies-of-me')
  const body = { method: 'scheduled', arguments: {}, destination: [node], ticket: 't', reply_to: replyTo }
  const request = { body, headers: {}, exchange: 'celery.pidbox', routingKey: '', deliveryMode: 2 } as const
  for (let round = 0; round < 10; round++) {
    const { id } = await app.task('tasks.add').applyAsync({ args: [1, 2] }, { countdown: 60, queue: 'aside' })
    const message = (await redis.rpop('aside')) ?? ''
    // In one go: both are there before the worker looks at either.
    const asked = JSON.stringify(plainEnvelope(request, { uuid: () => `request-${round}` }))
    await redis.multi().lpush('celery', message).publish('/0.celery.pidbox', asked).exec()
    const [, reply = ''] = (await redis.brpop('replies-of-me', 60)) ?? []
    const { body: answer } = JSON.parse(reply) as { body: string }
    expect(Buffer.from(answer, 'base64').toString()).toContain(id)
  }
})
