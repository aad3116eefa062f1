/** `broker_transport_options` and names of exchanges, set alike at both ends: the same keys, and each serves the other. */
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Celery, type CeleryOptions } from '../../src-main/engine/index.js'
import { startOurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let server: RedisServer
let redis: Redis
const apps: Celery[] = []

beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
  await redis.flushall()
})
afterAll(() => server.stop())

/** As Python writes it, and as TypeScript. */
const cases: readonly (readonly [python: string, conf: CeleryOptions])[] = [
  [
    `{'broker_transport_options': {'global_keyprefix': 'shop:'}}`,
    { broker_transport_options: { global_keyprefix: 'shop:' } },
  ],
  [
    `{'broker_transport_options': {'sep': ':', 'priority_steps': list(range(10)), 'queue_order_strategy': 'priority'}}`,
    { broker_transport_options: { sep: ':', priority_steps: [...Array(10).keys()], queue_order_strategy: 'priority' } },
  ],
  [
    `{'broker_transport_options': {'priority_steps': [2, 5], 'unacked_key': 'taken', 'unacked_index_key': 'taken_at'}}`,
    { broker_transport_options: { priority_steps: [2, 5], unacked_key: 'taken', unacked_index_key: 'taken_at' } },
  ],
  [
    `{'broker_transport_options': {'fanout_prefix': '/own.', 'fanout_patterns': True}, 'control_exchange': 'ward'}`,
    { broker_transport_options: { fanout_prefix: '/own.', fanout_patterns: true }, control_exchange: 'ward' },
  ],
  [
    `{'broker_transport_options': {'fanout_prefix': False, 'fanout_patterns': False}, 'event_exchange': 'news'}`,
    { broker_transport_options: { fanout_prefix: false, fanout_patterns: false }, event_exchange: 'news' },
  ],
]

const tasksPy = (conf: string): string => `
from celery import Celery
app = Celery('tasks')
app.conf.update(${conf})

@app.task
def add(x, y):
    return x + y
`
const priorities = [0, 1, 3, 9]
const sendAll = `
from tasks import app
for priority in ${JSON.stringify(priorities)}:
    app.send_task('tasks.add', (priority, 1), priority=priority)
`

function ours(conf: CeleryOptions): Celery {
  const app = new Celery('tasks', { broker: server.url(), backend: server.url(), ...conf })
  apps.push(app)
  return app
}

/** Each key, with how much is in it, or with its members. */
async function found(): Promise<Record<string, unknown>> {
  const keys = (await redis.keys('*')).sort()
  const values = await Promise.all(
    keys.map(async (key) => ((await redis.type(key)) === 'set' ? redis.smembers(key) : redis.llen(key))),
  )
  return Object.fromEntries(keys.map((key, index) => [key, values[index]]))
}

describe.each(cases)('%s', (python, conf) => {
  const celery = (): { brokerUrl: string; tasksPy: string } => ({ brokerUrl: server.url(), tasksPy: tasksPy(python) })

  test('messages of all priorities are in the same lists, bound by the same keys', async () => {
    await runRealClient(celery(), sendAll)
    const theirs = await found()
    await redis.flushall()
    const app = ours(conf)
    for (const priority of priorities) await app.sendTask('tasks.add', [priority, 1], {}, { priority })
    expect(await found()).toEqual(theirs)
  })

  test('our worker serves and answers a real client', async () => {
    const worker = await startOurWorker({ ...celery(), concurrency: 1 })
    try {
      const client = `
from tasks import app, add
print(app.control.ping(limit=1, timeout=30))
print([add.apply_async((priority, 1), priority=priority).get(timeout=60) for priority in ${JSON.stringify(priorities)}])
`
      expect(await runRealClient(celery(), client)).toBe("[{'celery@ours': {'ok': 'pong'}}]\n[1, 2, 4, 10]\n")
    } finally {
      await worker.stop()
    }
  })

  test('a real worker serves and answers our client', async () => {
    const worker = await startRealWorker(celery(), ['-c', '1', '-n', 'real@here', '--without-mingle'])
    try {
      const app = ours(conf)
      expect(await app.control.ping({ limit: 1, timeoutSeconds: 30 })).toEqual([{ 'real@here': { ok: 'pong' } }])
      const results = priorities.map((priority) => app.sendTask('tasks.add', [priority, 1], {}, { priority }))
      const values = await Promise.all(results.map(async (result) => (await result).get({ timeoutSeconds: 60 })))
      expect(values).toEqual([1, 2, 4, 10])
    } finally {
      await worker.stop()
    }
  })
})
