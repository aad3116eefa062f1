/** Settings as a tasks.py writes them, in Python's forms, and what a worker with them does in Redis. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Redis } from 'ioredis'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

const tasksPy = `
from datetime import timedelta
from celery import Celery

app = Celery('tasks', include=['included'])
app.conf.imports = ('imported',)
app.conf.update(
    broker_transport_options={
        'global_keyprefix': 'shop:',
        'sep': ':',
        'priority_steps': range(3),
        'visibility_timeout': timedelta(seconds=100),
        'unacked_key': 'taken',
    },
    result_backend_transport_options={'global_keyprefix': 'results', 'retry_policy': {'timeout': 5.0}},
    result_expires=timedelta(minutes=2),
    result_backend_always_retry=True,
    result_backend_max_retries=float('inf'),
    accept_content={'json'},
    worker_direct=True,
    worker_autoscaler='own:Autoscaler',
    worker_consumer=type('OwnConsumer', (), {}),
)

@app.task
def add(x, y):
    return x + y

@app.task
def send(priority):
    return app.send_task('elsewhere', queue='later', priority=priority).id
`
const more = (name: string): string => `from tasks import app\n@app.task\ndef ${name}():\n    return '${name}'\n`

let server: RedisServer
let redis: Redis
let worker: OurWorker
let heldTooLong = ''

beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
  // As a worker would leave it that died 200 seconds ago: longer than the visibility timeout, shorter than the default.
  heldTooLong = await pushTask(redis, { task: 'tasks.add', args: [1, 1], queue: 'spare' })
  const message = (await redis.lpop('spare')) ?? ''
  const delivery = [JSON.parse(message) as unknown, '', 'celery']
  await redis.hset('shop:taken', 'tag', JSON.stringify(delivery))
  await redis.zadd('shop:unacked_index', Date.now() / 1000 - 200, 'tag')
  const files = { 'tasks.py': tasksPy, 'included.py': more('included'), 'imported.py': more('imported') }
  worker = await startOurWorker({ brokerUrl: server.url(), files, concurrency: 1, queues: ['celery'] })
})
afterAll(async () => {
  await worker?.stop()
  await server?.stop()
})

async function run(task: string, args: readonly unknown[] = [], queue = 'shop:celery'): Promise<unknown> {
  return resultOf(await pushTask(redis, { task, args, queue }))
}

async function resultOf(id: string): Promise<unknown> {
  const read = (): Promise<string | null> => redis.get(`results_celery-task-meta-${id}`)
  const text = await waitFor(`the result of ${id}`, async () => (await read()) ?? undefined, {
    describe: () => worker.stderr,
  })
  return (JSON.parse(text) as { readonly result: unknown }).result
}

test('keys of the broker and of results have their prefixes, results their time', async () => {
  const id = await pushTask(redis, { task: 'tasks.add', args: [2, 3], queue: 'shop:celery' })
  expect(await resultOf(id)).toBe(5)
  expect(await redis.ttl(`results_celery-task-meta-${id}`)).toBeGreaterThan(100)
  expect(await redis.ttl(`results_celery-task-meta-${id}`)).toBeLessThanOrEqual(120)
  expect(await redis.smembers('shop:_kombu.binding.celery')).toEqual(['celery::celery'])
  expect((await redis.keys('*')).filter((key) => !/^(shop:|results_)/.test(key))).toEqual([])
})

test('priority_steps as a range, and sep: where a message of a priority goes', async () => {
  for (const priority of [0, 1, 9]) await run('tasks.send', [priority])
  const lists = ['shop:later', 'shop:later:1', 'shop:later:2']
  expect(await Promise.all(lists.map((list) => redis.llen(list)))).toEqual([1, 1, 1])
})

test('visibility_timeout as a timedelta, unacked_key: what was held too long is delivered again', async () => {
  expect(await resultOf(heldTooLong)).toBe(2)
  await waitFor('nothing is unacked', async () => (await redis.hlen('shop:taken')) === 0)
})

test('imports and include: the tasks of both modules are there', async () => {
  expect(await run('included.included')).toBe('included')
  expect(await run('imported.imported')).toBe('imported')
})

test('worker_direct: the queue of this worker alone', async () => {
  expect(await run('tasks.add', [3, 4], 'shop:celery@ours.dq2')).toBe(7)
})

test('a setting that is not followed is said once, whether it names a class or is one', () => {
  expect(worker.lines.filter((line) => line.includes('has no effect'))).toEqual([
    'WARNING/MainProcess] The setting worker_autoscaler has no effect here: classes of Celery itself cannot be replaced.',
    'WARNING/MainProcess] The setting worker_consumer has no effect here: classes of Celery itself cannot be replaced.',
  ])
})
