/**
 * before_task_publish and after_task_publish: in a program that sends, and in the pool process for what a task sends and what
 * follows it. Real Celery (Debian's 5.2.6) and our worker run the same file, asked by real Celery's client.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

let redis: RedisServer
beforeAll(async () => void (redis = await startRedisServer()))
afterAll(() => redis?.stop())

const tasksPy = `
import sys, time
from celery import Celery, chain, chord, group, signals
app = Celery('tasks')

def say(*words):
    sys.__stdout__.write(' '.join(['heard:', *map(str, words)]) + '\\n')
    sys.__stdout__.flush()

@signals.before_task_publish.connect
def before(sender, body, exchange, routing_key, declare, headers, properties, retry_policy, **kwargs):
    headers['x-sent-by'] = 'the receiver'
    if sender == 'tasks.whole':
        args, kw, embed = body
        args = list(args)
        kw['added'] = 'by the receiver'
    say('before', sender, exchange, routing_key, type(body).__name__, headers['id'], headers['argsrepr'],
        sorted(headers['retries'] is not None and ['retries']), properties['correlation_id'] == headers['id'],
        retry_policy)

@signals.before_task_publish.connect(sender='tasks.nobody')
def never(**kwargs):
    say('never')

@signals.after_task_publish.connect
def after(sender, body, headers, exchange, routing_key, **kwargs):
    say('after', sender, exchange, routing_key, type(body).__name__, headers['id'], headers['x-sent-by'])

@app.task(bind=True)
def shown(self, *args):
    return [getattr(self.request, 'x-sent-by', None) or self.request.get('x-sent-by'), *args]

@app.task
def whole(**kwargs):
    return kwargs

@app.task
def sends():
    shown.apply_async((1,), task_id='sent-1')
    whole.apply_async(task_id='whole-1')
    chain(shown.si(1).set(task_id='chain-1'), shown.si(2).set(task_id='chain-2')).apply_async()

@app.task(bind=True)
def retried(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    return [self.request.get('x-sent-by'), self.request.retries]
`

// The client has the file too: what it sends itself is not told here, so that only the workers' lines are compared.
const client = `
import time, tasks
tasks.say = lambda *words: None
from tasks import *
sends.apply_async(task_id='sends-1').get(timeout=30)
for id in ('sent-1', 'whole-1', 'chain-1', 'chain-2'):
    while not app.AsyncResult(id).ready():
        time.sleep(0.05)
    print(id, app.AsyncResult(id).result)
print(retried.apply_async(task_id='retried-1').get(timeout=30))
`

const heard = (output: string): readonly string[] => [...output.matchAll(/heard: .*/g)].map(([line]) => line)

it('are heard alike, and what they change goes out', async () => {
  const where = { brokerUrl: redis.url(), tasksPy }
  const real = await startRealWorker(where, ['-c', '1'])
  let expected: { readonly printed: string; readonly heard: readonly string[] }
  try {
    const printed = await runRealClient(where, client)
    expected = { printed, heard: heard(real.output) }
  } finally {
    await real.stop()
  }
  const connection = redis.client()
  await connection.flushall() // the results of the same ids
  connection.disconnect()
  const ours = await startOurWorker({ ...where, concurrency: 1 })
  try {
    const printed = await runRealClient(where, client)
    expect({ printed, heard: heard(ours.stdout) }).toEqual(expected)
    expect(expected.heard).toHaveLength(10)
  } finally {
    await ours.stop()
  }
})
