/** 19: workers that recycle their processes, that say everything, and of the pools solo and threads; run by Python in our pool. */
import { describe, test } from 'vitest'
import { sameInPython } from './same-in-python.js'

describe('19-cli-5.6.3', () => {
  test.concurrent('max-tasks-per-child', () => sameInPython('19-cli-5.6.3/max-tasks-per-child'))
  test.concurrent('worker-pool-solo-threads', () => sameInPython('19-cli-5.6.3/worker-pool-solo-threads'))
  // Each names the steps and the pool calls that it has: see docs/DIFFERENCES.md.
  test.concurrent('worker-debug', () =>
    sameInPython('19-cli-5.6.3/worker-debug', {
      unlogged: /^DEBUG MainProcess (\||\^--|TaskPool: Apply|Canceling task|Closing consumer channel|removing tasks)/,
    }),
  )
})
