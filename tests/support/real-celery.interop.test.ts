/** The harness itself: a real Celery client is served by a real Celery worker on a private Redis, and nothing is left. */
import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { runRealClient, startRealWorker } from './real-celery.js'
import { startRedisServer } from './redis-server.js'

const redis = await startRedisServer()
afterAll(() => redis.stop())

test('a real client and a real worker meet on the private Redis', async () => {
  const celery = { brokerUrl: redis.url() }
  const worker = await startRealWorker(celery)
  try {
    expect(await runRealClient(celery, 'from tasks import *\nprint(add.delay(2, 3).get(timeout=20))')).toBe('5\n')
  } finally {
    await worker.stop()
  }
  expect(existsSync(worker.folder)).toBe(false)
}, 60_000)
