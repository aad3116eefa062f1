/** 10: soft and hard time limits of tasks, of calls and of the command line; run by Python in our pool. */
import { describe, test } from 'vitest'
import { sameInPython } from './same-in-python.js'

describe('10-time-limits-5.6.3', () => {
  // Of two killed processes billiard has told of one.
  test.concurrent('all', () => sameInPython('10-time-limits-5.6.3/all', { unlogged: /exited with 'signal 9/ }))
  test.concurrent('worker-options', () =>
    sameInPython('10-time-limits-5.6.3/worker-options', { theirs: (log) => log.replace('(1.0s)', '(1s)') }),
  )
})
