/** 04: the messages of a retry, what is stored and told of it, and what survives it; run by Python in our pool. */
import { describe, test } from 'vitest'
import { sameInPython } from './same-in-python.js'
import { isRetryDocument } from './facts.js'

describe('04-retry-5.6.3', () => {
  test.concurrent('all', () =>
    sameInPython('04-retry-5.6.3/all', {
      overlapping: ['manual', 'noexc', 'then-ok', 'auto'],
      // its wait is a random number: tests/python-host/outcomes.process.test.ts has its bounds
      without: ({ about }) => about === 'jitter',
      unlogged: /\[jitter\]/,
    }),
  )

  // Where the other child had succeeded before the RETRY could be stored, it was not stored any more.
  test.concurrent('routing-kept', () =>
    sameInPython('04-retry-5.6.3/routing-kept', {
      without: isRetryDocument,
      unlogged: / retry: Retry in 0s/,
      mayMiss: /^document .* for the 2\. time$/,
      patienceSeconds: 15,
    }),
  )
})
