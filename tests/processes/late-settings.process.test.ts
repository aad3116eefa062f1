/** Settings that code changes after it was loaded: in a task, in a receiver of a signal, while it is being imported. */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { pushTask } from '../support/task-message.js'
import { waitFor } from '../support/wait-for.js'

const tasksPy = `
from celery import Celery, chain, group, signals
app = Celery('tasks', task_default_priority=3)

# Sent while the module is imported, with what is set so far.
app.conf.task_default_queue = 'imported'
app.send_task('elsewhere', args=['at import'])
app.conf.task_default_queue = 'loaded'

@signals.worker_process_init.connect
def at_start(**kwargs):
    app.conf.task_default_queue = 'signalled'

@app.task(queue='own')
def routed(): pass

@app.task
def send(label):
    return app.send_task('elsewhere', args=[label]).id

@app.task
def send_with(label, settings):
    for name, value in settings.items():
        app.conf[name] = value
    return send(label)

@app.task
def change_inside(label):
    app.conf.task_publish_retry_policy['max_retries'] = 1
    app.conf.task_routes = {'elsewhere': {'queue': 'by-route'}}
    return send(label)

@app.task
def canvas(queue):
    app.conf.update(task_default_queue=queue)
    routed.delay()
    return [group(app.signature('elsewhere', args=['member'])).delay().id, chain(routed.si(), routed.si()).delay().id]
`

let server: RedisServer
let redis: Redis
let worker: OurWorker

beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
  worker = await startOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 1, queues: ['celery'] })
})
afterAll(async () => {
  await worker?.stop()
  await server?.stop()
})

interface Sent {
  readonly properties: { readonly priority: number; readonly delivery_info: { readonly routing_key: string } }
  readonly headers: { readonly argsrepr: string }
  readonly 'content-type': string
}

/** Priority and queue: kombu writes a queue of priority 3 as `queue\x06\x163`. */
async function sentTo(queue: string, priority: number): Promise<readonly Sent[]> {
  const key = priority === 0 ? queue : `${queue}\x06\x16${priority}`
  return (await redis.lrange(key, 0, -1)).map((text) => JSON.parse(text) as Sent) // what our own producer has written
}

async function run(task: string, args: readonly unknown[]): Promise<void> {
  const id = await pushTask(redis, { task: `tasks.${task}`, args })
  const done = async (): Promise<boolean> => (await redis.exists(`celery-task-meta-${id}`)) === 1
  await waitFor(`${task} has run`, done, { describe: () => worker.stderr })
}

test('a message that is sent during the import has the settings of that moment', async () => {
  const sent = await sentTo('imported', 3)
  expect(sent.map(({ headers }) => headers.argsrepr)).toEqual(["['at import']"])
})

test('what a receiver of worker_process_init has set counts for tasks', async () => {
  await run('send', ['first'])
  expect((await sentTo('signalled', 3)).map(({ headers }) => headers.argsrepr)).toEqual(["['first']"])
})

test('what a task has set counts from its next call on, and for later tasks of its process', async () => {
  await run('send_with', ['second', { task_default_queue: 'by-task', task_default_priority: 6, result_expires: 100 }])
  await run('send', ['third'])
  expect((await sentTo('by-task', 6)).map(({ headers }) => headers.argsrepr)).toEqual(["['third']", "['second']"])
})

test('the serializer and the life of a result are settings like any', async () => {
  await run('send_with', ['as yaml', { task_serializer: 'yaml', task_default_queue: 'in-yaml', result_expires: 55 }])
  const [sent] = await sentTo('in-yaml', 6)
  expect(sent?.['content-type']).toBe('application/x-yaml')
  const id = await pushTask(redis, { task: 'tasks.send', args: ['for its result'] })
  await waitFor('it has run', async () => (await redis.exists(`celery-task-meta-${id}`)) === 1)
  expect(await redis.ttl(`celery-task-meta-${id}`)).toBeLessThanOrEqual(55)
})

test('a dictionary that is changed in its place, and routes', async () => {
  await run('change_inside', ['routed'])
  expect((await sentTo('by-route', 6)).map(({ headers }) => headers.argsrepr)).toEqual(["['routed']"])
})

test('members of a canvas follow it; a task keeps what the settings said of it when the app was finalized', async () => {
  await run('send_with', ['x', { task_routes: null }])
  await run('canvas', ['for-canvas'])
  expect((await sentTo('for-canvas', 6)).length).toBe(1)
  expect((await sentTo('own', 3)).length).toBe(2)
})
