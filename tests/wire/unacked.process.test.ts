/** 08: children and whole workers that are killed, late acks of failures; in processes that can be killed. */
import { execFileSync } from 'node:child_process'
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import type { CommandLineWorker } from './python-worker.js'
import type { Playing } from './replay.js'
import { sameInPython } from './same-in-python.js'

const server = await startRedisServer()
afterAll(() => server.stop())

/** The recorder killed the one pool process; when it looks, what came of that is over. */
async function killChild(step: string, { workers, redis }: Playing): Promise<boolean> {
  if (step.startsWith('snapshot: 1.5 s') && !late) {
    await waitFor('nothing is unacked', async () => (await redis.hlen('unacked')) === 0)
  }
  if (!step.startsWith('kill -SIGKILL')) return false
  const { pid } = workers.get('worker') as CommandLineWorker
  for (const child of execFileSync('pgrep', ['-P', String(pid)])
    .toString()
    .trim()
    .split('\n')) {
    process.kill(Number(child), 'SIGKILL')
  }
  return true
}
let late = false

/** What the dead worker held has to be older than the visibility timeout of 5 seconds when the next one looks. */
async function outliveTheTimeout(step: string): Promise<boolean> {
  if (step.startsWith('snapshot: 7 s after kill')) await new Promise((resolve) => setTimeout(resolve, 6_000))
  return false
}

describe('08-unacked-5.6.3', () => {
  test.each([
    'kill9-child-early',
    'kill9-child-early-reject',
    'kill9-child-global-conf',
    'kill9-child-late',
    'kill9-child-late-reject',
  ])('%s', (folder) => {
    late = /late-reject|global-conf/.test(folder) // it runs again
    return sameInPython(server, `08-unacked-5.6.3/${folder}`, { onStep: killChild })
  })

  test.each(['kill9-main-acks-early', 'kill9-main-acks-late', 'kill9-main-late-restart-after-timeout'])(
    '%s',
    (folder) => sameInPython(server, `08-unacked-5.6.3/${folder}`, { onStep: outliveTheTimeout }),
  )

  // It comes again and again: how often before the worker was stopped, and what it held then, is a matter of luck.
  test('failure-noack', () =>
    sameInPython(server, '08-unacked-5.6.3/failure-noack', {
      unlogged: /exited with 'signal 9|tl-not-acked\] received|Restoring 1/,
      without: ({ about, op, value }) =>
        about === 'tl-not-acked' && (op === 'RPUSH' || (value as { type?: string }).type === 'task-received'),
    }))
})
