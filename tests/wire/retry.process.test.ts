/** 04: the messages of a retry, what is stored and told of it, and what survives it; run by Python in our pool. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameInPython } from './same-in-python.js'
import { isRetryDocument } from './facts.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('04-retry-5.6.3', () => {
  test('all', () =>
    sameInPython(server, '04-retry-5.6.3/all', {
      overlapping: ['manual', 'noexc', 'then-ok', 'auto'],
      // its wait is a random number: tests/python-host/outcomes.process.test.ts has its bounds
      without: ({ about }) => about === 'jitter',
      unlogged: /\[jitter\]/,
    }))

  // Where the other child had succeeded before the RETRY could be stored, it was not stored any more.
  test('routing-kept', () =>
    sameInPython(server, '04-retry-5.6.3/routing-kept', {
      without: isRetryDocument,
      unlogged: / retry: Retry in 0s/,
      mayMiss: /^document .* for the 2\. time$/,
      patienceSeconds: 15,
    }))
})
