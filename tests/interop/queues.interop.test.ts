/**
 * One tasks.py with kombu's queues, routes of every kind, and yaml and compressed messages: real Celery's client and tasks of our
 * own worker send by it, and our worker consumes all of its queues.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
import re
from celery import Celery
from kombu import Exchange, Queue, binding
from kombu.common import Broadcast

app = Celery('tasks')

def by_function(name, args, kwargs, options, task=None, **kw):
    return {'queue': 'two', 'priority': 3} if name == 'tasks.functional' else None

app.conf.update(
    accept_content=['json', 'yaml'], result_serializer='yaml',
    task_default_queue='default',
    task_queues=(
        Queue('default'), Queue('feed', Exchange('feed', type='topic'), routing_key='feed.#'),
        Queue('two', [binding(Exchange('media'), routing_key='v'), binding(Exchange('media'), routing_key='i')]),
    ),
    task_routes=(by_function, [(re.compile(r'tasks\\.(topic|none)'), {'queue': 'feed', 'routing_key': 'feed.a'}),
                               ('tasks.gl*', 'two'), ('tasks.plain', {'queue': 'two'})]),
)

def where(self):
    return [self.request.delivery_info['exchange'], self.request.delivery_info['routing_key'],
            self.request.delivery_info['priority']]

@app.task(bind=True)
def functional(self): return where(self)
@app.task(bind=True)
def topic(self): return where(self)
@app.task(bind=True)
def globbed(self): return where(self)
@app.task(bind=True)
def plain(self): return where(self)
@app.task(bind=True)
def unrouted(self): return where(self)

@app.task(bind=True)
def again(self):
    if not self.request.retries:
        raise self.retry(countdown=0)
    return where(self)

@app.task
def kind(value): return [type(value).__name__, repr(value)]

@app.task
def send_all():
    return [task.delay().id for task in (functional, topic, globbed, plain, unrouted)]

@app.task
def send_unusual():
    return [kind.apply_async((2.0,), serializer='yaml').id, kind.apply_async((2,), compression='zlib').id,
            plain.apply_async(queue=Queue('made', Exchange('media'), routing_key='m')).id]
`

/**
 * Looks instead of listening: when real Celery's client collects the children of a result that it has read, it unsubscribes from
 * them by their ids, also from the one that get() waits for.
 */
const whenDone = `
import time
def when_done(id):
    until = time.monotonic() + 60
    while app.backend.get_task_meta(id)['status'] != 'SUCCESS' and time.monotonic() < until:
        time.sleep(.05)
    return app.backend.get_task_meta(id)['result']
`

const everywhere = [
  ['', 'two', 3],
  ['feed', 'feed.a', 0],
  ['', 'two', 0],
  ['', 'two', 0],
  ['', 'default', 0],
]

describe('queues and routes of one tasks.py', () => {
  let redis: RedisServer
  let worker: OurWorker

  beforeAll(async () => {
    redis = await startRedisServer()
    worker = await startOurWorker({ brokerUrl: redis.url(), tasksPy, queues: ['default', 'feed', 'two', 'made'] })
  })
  afterAll(async () => {
    await worker?.stop()
    await redis?.stop()
  })

  const python = (source: string): Promise<unknown> =>
    runRealClient({ brokerUrl: redis.url(), tasksPy }, `import json\nfrom tasks import *\n${whenDone}\n${source}`).then(
      (output) => JSON.parse(output) as unknown,
    )

  it('real Celery routes its calls, and our worker gets each where it was sent', async () => {
    const source =
      'sent = [task.delay() for task in (functional, topic, globbed, plain, unrouted)]\nprint(json.dumps([one.get(timeout=30) for one in sent]))'
    expect(await python(source)).toEqual(everywhere)
  })

  it('a task of ours is routed the same', async () => {
    const source = 'ids = send_all.delay().get(timeout=30)\nprint(json.dumps([when_done(id) for id in ids]))'
    expect(await python(source)).toEqual(everywhere)
  })

  it('a retry of ours goes through the exchange that its message came by', async () => {
    const source = "print(json.dumps(again.apply_async(queue='feed', routing_key='feed.once').get(timeout=30)))"
    expect(await python(source)).toEqual(['feed', 'feed.once', 0])
  })

  it('inspect active_queues tells real Celery how task_queues are bound', async () => {
    const source = `
queues = list(app.control.inspect(timeout=60, limit=1).active_queues().values())[0]
print(json.dumps([[one['name'], one['exchange']['name'], one['exchange']['type'], one['routing_key'],
                   [[b['exchange']['name'], b['routing_key']] for b in one['bindings']]] for one in queues]))`
    expect(await python(source)).toEqual([
      ['default', 'default', 'direct', 'default', []],
      ['feed', 'feed', 'topic', 'feed.#', []],
      [
        'two',
        'default',
        'direct',
        'default',
        [
          ['media', 'v'],
          ['media', 'i'],
        ],
      ],
      ['made', 'made', 'direct', 'made', []],
    ])
  })

  it('yaml and compressed messages keep 2.0 and 2 apart, both ways', async () => {
    const theirs =
      "print(json.dumps([kind.apply_async((2.0,), serializer='yaml').get(timeout=30), kind.apply_async((2,), compression='zlib').get(timeout=30)]))"
    const kinds = [
      ['float', '2.0'],
      ['int', '2'],
    ]
    expect(await python(theirs)).toEqual(kinds)
    const ours = 'ids = send_unusual.delay().get(timeout=30)\nprint(json.dumps([when_done(id) for id in ids]))'
    expect(await python(ours)).toEqual([...kinds, ['', 'made', 0]])
  })

  it('the banner names each queue with its exchange', () => {
    expect(worker.stdout).toContain('.> feed             exchange=feed(topic) key=feed.#')
    expect(worker.stdout).toContain('.> two              exchange=default(direct) key=default')
  })
})
