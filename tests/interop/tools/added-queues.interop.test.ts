/**
 * Queues that `add_consumer` adds, bound as it says, and what is left of them when the worker has lost its connection and made
 * it again: real Celery's client asks Celery's own worker and ours the same.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startOurCommandLineWorker } from '../../support/our-command-line.js'
import { runRealClient, startRealWorker, type RealWorker } from '../../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const common = `
import time
from kombu import Exchange
from tasks import *
NODE = 'celery@node'

def one(reply):
    [answer] = reply
    return answer[NODE]

def asked(command, queue, **options):
    print(command, queue, one(getattr(app.control, command)(queue, destination=[NODE], reply=True, timeout=20, **options)))

def queues():
    active = app.control.inspect(destination=[NODE], timeout=20).active_queues()[NODE]
    return [(q['name'], q['exchange']['name'], q['exchange']['type'], q['routing_key'], q['durable'], q['auto_delete']) for q in active]

def consumed(*names):
    for _ in range(100):
        found = queues()
        if {q[0] for q in found} == {*names}:
            return print(*sorted(found), sep='\\n')
        time.sleep(0.2)
    print('never consumed', names, 'but', found)

def ran(id, **options):
    result = echo.apply_async((id,), task_id=id, **options)
    try:
        print(id, result.get(timeout=10))
    except Exception as error:
        print(id, type(error).__name__)

def all_ran(phase):
    ran(phase + '-celery')
    ran(phase + '-more', queue='more')
    ran(phase + '-exchange', exchange=Exchange('papers', 'direct'), routing_key='by-name', declare=[Exchange('papers', 'direct')])
    ran(phase + '-key', exchange=Exchange('desks', 'direct'), routing_key='left', declare=[Exchange('desks', 'direct')])
    ran(phase + '-topic', exchange=Exchange('letters', 'topic'), routing_key='letters.of.mine', declare=[Exchange('letters', 'topic')])
    ran(phase + '-fanout', exchange=Exchange('waves', 'fanout'), routing_key='', declare=[Exchange('waves', 'fanout')])
`

const adds = `
asked('add_consumer', 'more')
asked('add_consumer', 'more')
asked('add_consumer', 'by-name', exchange='papers')
asked('add_consumer', 'by-key', exchange='desks', routing_key='left')
asked('add_consumer', 'bound', exchange='letters', exchange_type='topic', routing_key='letters.#')
asked('add_consumer', 'waved', exchange='waves', exchange_type='fanout')
asked('cancel_consumer', 'gone')
consumed('celery', 'more', 'by-name', 'by-key', 'bound', 'waved')
all_ran('before')
`

const afterwards = `
consumed('celery', 'more', 'by-name', 'by-key', 'bound', 'waved')
all_ran('after')
asked('cancel_consumer', 'more')
consumed('celery', 'by-name', 'by-key', 'bound', 'waved')
`

const tasksPy = `
from celery import Celery
app = Celery('tasks')

@app.task
def echo(word):
    return word
`

describe('queues that add_consumer adds', () => {
  let redis: RedisServer
  let worker: RealWorker | null = null
  beforeEach(async () => void (redis = await startRedisServer()))
  afterEach(async () => {
    await worker?.stop()
    await redis.stop()
  })

  /** What the client prints before and after the worker's connections are cut. */
  async function told(start: typeof startRealWorker, first: string, second: string): Promise<readonly string[]> {
    const where = { brokerUrl: redis.url(), tasksPy }
    worker = await start(where, ['-c', '1', '-n', 'celery@node', '-Q', 'celery,gone'])
    const before = await runRealClient(where, common + first, 120)
    const killer = redis.client()
    for (const type of ['pubsub', 'normal']) await killer.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes')
    killer.disconnect()
    await worker.waitForOutput('Connection to broker lost')
    await waitFor('the worker answers again', async () => {
      const count = await runRealClient(where, 'from tasks import *\nprint(len(app.control.ping(timeout=2)))')
      return count === '1\n'
    })
    return (before + (await runRealClient(where, common + second, 120))).split('\n')
  }

  async function toldOfBoth(first: string, second: string) {
    const real = await told(startRealWorker, first, second)
    await worker?.stop()
    await redis.stop()
    redis = await startRedisServer()
    return { real, ours: await told(startOurCommandLineWorker, first, second) }
  }

  it('are bound as asked, and consumed again after the connection was lost', async () => {
    const { real, ours } = await toldOfBoth(adds, afterwards)
    expect(ours).toEqual(real)
    const ran = real.filter((line) => /^(before|after)-/.test(line)).map((line) => line.split(' '))
    expect(ran).toHaveLength(12)
    for (const [id, result] of ran) expect(result).toBe(id) // each came by its exchange
  }, 240_000)

  /** As docs/DIFFERENCES.md says: what -Q named is selected no longer by Celery once it was cancelled. */
  it('that were cancelled and added again are lost with the connection by Celery, and not by us', async () => {
    const again = `
asked('cancel_consumer', 'gone')
asked('add_consumer', 'gone')
consumed('celery', 'gone')
`
    const { real, ours } = await toldOfBoth(again, 'print(*sorted(q[0] for q in queues()))')
    expect(real.at(-2)).toBe('celery')
    expect(ours.at(-2)).toBe('celery gone')
    expect(ours.slice(0, -2)).toEqual(real.slice(0, -2))
  }, 240_000)
})
