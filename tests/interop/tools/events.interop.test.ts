/**
 * Celery's own eyes on a worker with -E: `celery events --dump` and a State that an event receiver feeds, of the same life of
 * tasks on Celery's own worker and on ours. Both must have seen the same.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startOurCommandLineWorker } from '../../support/our-command-line.js'
import { runRealClient, startRealWorker } from '../../support/real-celery.js'
import { startRedisServer } from '../../support/redis-server.js'

const fileBeside = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8')

async function seenOf(start: typeof startRealWorker): Promise<readonly string[]> {
  const redis = await startRedisServer()
  try {
    const where = { brokerUrl: redis.url(), tasksPy: await fileBeside('watched_tasks.py') }
    const worker = await start(where, ['-c', '1', '-n', 'celery@node', '-E'])
    try {
      return alike(await runRealClient(where, await fileBeside('watched.py'), 200))
    } finally {
      await worker.stop()
    }
  } finally {
    await redis.stop()
  }
}

function alike(seen: string): readonly string[] {
  return (
    seen
      .replaceAll(/"redelivered": null/g, '"redelivered": false')
      .replaceAll(/\b(sw_ver\W+)5\.[26]\.[36]/g, '$1VERSION')
      // As docs/DIFFERENCES.md says: Celery's event of a task that the worker ended itself does not name the error
      .replaceAll(/ExceptionWithTraceback\(\)|WorkerLostError\('.*?'\)|(?<!Soft)TimeLimitExceeded\(1\)/g, 'ENDED')
      .split('\n')
  )
}

describe('events as Celery reads them', () => {
  it('are the same of both workers', async () => {
    const [real, ours] = await Promise.all([seenOf(startRealWorker), seenOf(startOurCommandLineWorker)])
    expect(ours).toEqual(real)
    expect(real).toContain('finer than milliseconds: True')
    expect(real.filter((line) => line.startsWith('== events of'))).toHaveLength(24)
  }, 300_000)
})
