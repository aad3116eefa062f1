/** 08: children and whole workers that are killed, late acks of failures; in processes that can be killed. */
import { execFileSync } from 'node:child_process'
import { describe, test } from 'vitest'
import { waitFor } from '../support/wait-for.js'
import type { CommandLineWorker } from './python-worker.js'
import type { Playing } from './replay.js'
import { sameInPython } from './same-in-python.js'

/** The recorder killed the one pool process; when it looks, what came of that is over. */
async function killChild(step: string, { workers, redis }: Playing, runsAgain: boolean): Promise<boolean> {
  if (step.startsWith('snapshot: 1.5 s') && !runsAgain) {
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

/** What the dead worker held has to be older than the visibility timeout of 5 seconds when the next one looks. */
async function outliveTheTimeout(step: string): Promise<boolean> {
  if (step.startsWith('snapshot: 7 s after kill')) await new Promise((resolve) => setTimeout(resolve, 6_000))
  return false
}

describe('08-unacked-5.6.3', () => {
  test.concurrent.each([
    'kill9-child-early',
    'kill9-child-early-reject',
    'kill9-child-global-conf',
    'kill9-child-late',
    'kill9-child-late-reject',
  ])('%s', (folder) => {
    const runsAgain = /late-reject|global-conf/.test(folder)
    return sameInPython(`08-unacked-5.6.3/${folder}`, {
      onStep: (step, playing) => killChild(step, playing, runsAgain),
    })
  })

  // Nothing is given back yet when the next worker looks: on a slow machine five seconds would be over by then.
  test.concurrent.each(['kill9-main-acks-early', 'kill9-main-acks-late'])('%s', (folder) =>
    sameInPython(`08-unacked-5.6.3/${folder}`, {
      settings: "{'broker_transport_options': {'visibility_timeout': 600}}",
    }),
  )

  test.concurrent('kill9-main-late-restart-after-timeout', () =>
    sameInPython('08-unacked-5.6.3/kill9-main-late-restart-after-timeout', { onStep: outliveTheTimeout }),
  )

  // It comes again and again: how often before the worker was stopped, and what it held then, is a matter of luck.
  test.concurrent('failure-noack', () =>
    sameInPython('08-unacked-5.6.3/failure-noack', {
      unlogged: /exited with 'signal 9|tl-not-acked\] received|Restoring 1/,
      without: ({ about, op, value }) =>
        about === 'tl-not-acked' && (op === 'RPUSH' || (value as { type?: string }).type === 'task-received'),
    }),
  )
})
