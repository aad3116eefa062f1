/** 10: soft and hard time limits of tasks, of calls and of the command line; run by Python in our pool. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameInPython } from './same-in-python.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('10-time-limits-5.6.3', () => {
  // Of two killed processes billiard has told of one.
  test('all', () => sameInPython(server, '10-time-limits-5.6.3/all', { unlogged: /exited with 'signal 9/ }))
  test('worker-options', () =>
    sameInPython(server, '10-time-limits-5.6.3/worker-options', { theirs: (log) => log.replace('(1.0s)', '(1s)') }))
})
