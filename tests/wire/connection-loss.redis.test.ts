/**
 * 17-connection-loss: workers whose connections are cut, or whose Redis is away. What they tell it before and after, what they
 * log, receive again and leave in it is what the recorded ones did.
 */
import type { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { Celery } from '../../src-main/engine/index.js'
import { RedisServer, freePort, startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import type { Fact } from './facts.js'
import { logRecords } from './log-records.js'
import { readText } from './recording.js'
import { sameAsRecorded, type SameOptions } from './same-as-recorded.js'

const tree = '17-connection-loss-5.6.3'
const server = await startRedisServer()
afterAll(() => server.stop())

/** Celery tells of no end of a task that it received over the link before. */
const endOfRunning = ({ kind, about, value }: Fact): boolean =>
  kind === 'event' && (value as WireObject).type === 'task-succeeded' && about.startsWith('running')

/** Each with what is not compared, because we differ on purpose: see docs/DIFFERENCES.md (The link to Redis). */
const scenarios: Readonly<Record<string, SameOptions>> = {
  'kill-restart-4s': { without: endOfRunning },
  'kill-restart-4s-late': { without: endOfRunning },
  'client-kill': {
    onStep: async (step, { redis }) => {
      if (!step.startsWith('CLIENT KILL')) return false
      await cutOthers(redis)
      return true
    },
    // the first of two runs takes the message out of unacked there, though the second goes on
    uncomparedKeys: (key, label) => label === '10 s after' && key.startsWith('unacked'),
    without: endOfRunning,
  },
  // Celery makes a failure of the success that it cannot store
  'term-restart-12s': {
    without: (fact) => endOfRunning(fact) || (fact.about === 'running' && fact.kind === 'document'),
    unlogged: /RuntimeWarning|Task handler raised error|\[running\] succeeded/,
  },
  // Celery dies when it has said that it cancels the task
  'cancel-long-running': {
    conf: { worker_cancel_long_running_tasks_on_connection_loss: true },
    until: 'redis is back (empty: no persistence)',
    theirs: (log) => log.replace(/^\[[^\]]*CRITICAL\/MainProcess\] Unrecoverable error: [\s\S]*$/m, ''),
    unlogged: /Temporarily reducing the prefetch count|Cannot connect to|Restoring|The shutdown was not complete/,
  },
}

describe(tree, () => {
  test.each(Object.entries(scenarios))('%s', async (name, options) => {
    const own = await startRedisServer()
    try {
      const usual = { theirs: restoredWhenBack, patienceSeconds: 20 }
      await sameAsRecorded(own, `${tree}/${name}`, { ...usual, ...options })
    } finally {
      await own.stop()
    }
  })

  test('refused-at-start: attempts 2, 4, 6 … seconds apart, and none with broker_connection_retry_on_startup off', async () => {
    const away = new RedisServer(await freePort(), 'secret')
    const once = workerOf(away, { broker_connection_retry_on_startup: false })
    await expect(once.worker.start()).rejects.toThrow('stopped before it was ready')
    expect(await once.worker.stopped).toBe(1)
    await once.app.close()
    const disabled = logRecords(readText(`${tree}/refused-at-start/worker2.log.txt`))
    expect(logRecords(once.log())).toEqual(
      disabled.map((record) => record.replace(/=False\)\.[\s\S]*$/, '=False). Shutting down...')),
    )

    const { worker, app, log } = workerOf(away, {})
    const started = worker.start()
    await waitFor('the first attempt has failed', () => log().includes('(1/100)'), { describe: log })
    await away.start()
    try {
      await started
      // how often it is asked in vain depends on when it is there
      const laterAttempts = /\((?!1\/)\d+\/100\)/
      const compared = (text: string): readonly string[] =>
        logRecords(text).filter((record) => !laterAttempts.test(record) && !record.includes('Task '))
      expect(compared(log())).toEqual(compared(readText(`${tree}/refused-at-start/worker.log.txt`)))
      await worker.stop()
    } finally {
      await app.close()
      await away.stop()
    }
  })
})

function workerOf(at: RedisServer, conf: SameOptions['conf']) {
  let log = ''
  const app = new Celery('tasks', { broker: at.url(), backend: at.url(), ...conf })
  const write = (text: string): Promise<void> => Promise.resolve(void (log += text))
  const worker = app.worker({ hostname: 'celery@host', concurrency: 2, loglevel: 'INFO', log: write })
  return { app, worker, log: () => log }
}

/** All but who watches. */
async function cutOthers(redis: Redis): Promise<void> {
  const own = String(await redis.client('ID'))
  for (const line of String(await redis.client('LIST')).split('\n')) {
    const [, id, flags = ''] = /^id=(\d+).* flags=(\w+)/.exec(line) ?? []
    if (id !== undefined && id !== own && !flags.includes('O')) await redis.client('KILL', 'ID', id)
  }
}

/** What waited goes back over the new link here. There: over the old one, or when the worker ends. */
function restoredWhenBack(log: string): string {
  const [restoring] = /^\[[^\]]*\] Restoring \d+ unacknowledged message\(s\)\n?/m.exec(log) ?? []
  if (restoring === undefined) return log
  const without = log.replace(restoring, '')
  const back = without.lastIndexOf('\n', without.lastIndexOf('Connected to redis://')) + 1
  return `${without.slice(0, back)}${restoring.trimEnd()}\n${without.slice(back)}`
}
