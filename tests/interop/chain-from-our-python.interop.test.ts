/** A Python task on our worker sends a chain, and real Celery (Debian's 5.2.6) runs its steps. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient, startRealWorker, type RealWorker } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
from celery import Celery, chain
app = Celery('tasks')

@app.task(queue='real')
def add(x, y):
    return x + y

@app.task(queue='real')
def same(*args):
    return list(args)

@app.task(queue='real')
def fail(message):
    raise ValueError(message)

@app.task(queue='real')
def on_failed(failed_id):
    return failed_id

def ids(result):
    found = []
    while result is not None:
        found.insert(0, result.id)
        result = result.parent
    return found

@app.task(bind=True)
def start(self):
    return ids(chain(add.s(1, 2), add.s(3), same.s('end')).apply_async())

@app.task
def piped():
    return ids((add.s(4, 4) | same.si('alone') | same.s(1)).set(link=same.s('linked').set(task_id='the-link')).delay())

@app.task
def broken():
    errback = on_failed.s().set(task_id='the-errback')
    return ids(chain(add.s(1, 1), fail.si('broken')).apply_async(link_error=errback))
`

let redis: RedisServer
let ours: OurWorker
let real: RealWorker

beforeAll(async () => {
  redis = await startRedisServer()
  ours = await startOurWorker({ brokerUrl: redis.url(), tasksPy, nodename: 'celery@ours' })
  real = await startRealWorker({ brokerUrl: redis.url(), tasksPy }, ['-c', '1', '-Q', 'real'])
})
afterAll(async () => {
  await real?.stop()
  await ours?.stop()
  await redis?.stop()
})

const python = (source: string): Promise<string> =>
  runRealClient(
    { brokerUrl: redis.url(), tasksPy },
    `from celery.result import AsyncResult\nfrom tasks import *\nof = lambda id: AsyncResult(id, app=app)\n${source}`,
  ).then((out) => out.trim())

it('its steps run one after the other; the first is a child of the task that sent it', async () => {
  const source = `
r = start.delay()
steps = r.get(timeout=20)
print([of(id).get(timeout=20) for id in steps], [c.id for c in r.children] == steps[:1])`
  expect(await python(source)).toBe("[3, 6, [6, 'end']] True")
})

it('a | b is a chain, immutable steps and a link work', async () => {
  const source = `
steps = piped.delay().get(timeout=20)
print([of(id).get(timeout=20) for id in steps], of('the-link').get(timeout=20))`
  expect(await python(source)).toBe("[8, ['alone'], [['alone'], 1]] [[['alone'], 1], 'linked']")
})

it('an errback of the chain is called for the step that fails', async () => {
  const source = `
steps = broken.delay().get(timeout=20)
print(repr(of(steps[1]).get(timeout=20, propagate=False)), of('the-errback').get(timeout=20) == steps[1])`
  expect(await python(source)).toBe("ValueError('broken') True")
})
