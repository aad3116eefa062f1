/** A worker that finds its bindings in keys of another kind says so in Celery's words and ends with 1; the keys and what waits stay. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Celery } from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'

const server = await startRedisServer()
const redis = server.client()
beforeEach(() => redis.flushall())
afterAll(() => server.stop())

test.each(['_kombu.binding.celery', '_kombu.binding.reply.celery.pidbox', '_kombu.binding.celeryev'])(
  '%s',
  async (key) => {
    await redis.set(key, 'not a set')
    await redis.lpush('celery', 'a message')
    const records: string[] = []
    const app = new Celery('tasks', { broker: server.url(), backend: server.url() })
    const log = (text: string): Promise<void> => Promise.resolve(void records.push(text))
    const worker = app.worker({ hostname: 'one@here', concurrency: 1, loglevel: 'INFO', log })
    await expect(worker.start()).rejects.toThrow('stopped before it was ready')
    expect(await worker.stopped).toBe(1)
    expect(records.join('')).toContain(
      "CRITICAL/MainProcess] Unrecoverable error: ResponseError('WRONGTYPE Operation against a key holding the wrong kind of value')",
    )
    await app.close()
    expect(await redis.get(key)).toBe('not a set')
    expect(await redis.lrange('celery', 0, -1)).toEqual(['a message'])
  },
)
