/** 19: workers that recycle their processes, that say everything, and of the pools solo and threads; run by Python in our pool. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameInPython } from './same-in-python.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('19-cli-5.6.3', () => {
  test('max-tasks-per-child', () => sameInPython(server, '19-cli-5.6.3/max-tasks-per-child'))
  test('worker-pool-solo-threads', () => sameInPython(server, '19-cli-5.6.3/worker-pool-solo-threads'))
  // Each names the steps and the pool calls that it has: see docs/DIFFERENCES.md.
  test('worker-debug', () =>
    sameInPython(server, '19-cli-5.6.3/worker-debug', {
      unlogged: /^DEBUG MainProcess (\||\^--|TaskPool: Apply|Canceling task|Closing consumer channel|removing tasks)/,
    }))
})
