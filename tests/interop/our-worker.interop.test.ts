import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { runRealClient } from '../support/real-celery.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

describe('real Celery clients and our worker', () => {
  let redis: RedisServer
  let worker: OurWorker
  beforeAll(async () => {
    redis = await startRedisServer()
    worker = await startOurWorker({ brokerUrl: redis.url() })
  })
  afterAll(async () => {
    await worker?.stop()
    await redis?.stop()
  })
  it('add.delay(2, 3).get() is served', async () => {
    const out = await runRealClient({ brokerUrl: redis.url() }, 'from tasks import *\nprint(add.delay(2, 3).get(timeout=20))')
    expect(out.trim()).toBe('5')
    console.log(worker.stdout, worker.stderr)
  })
})
