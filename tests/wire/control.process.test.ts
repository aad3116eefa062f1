/** 11, 12, 13 and 18: remote control of a whole worker, and every event of every kind of end; run in our pool. */
import { describe, test } from 'vitest'
import { bodyOf, isRetryDocument, type Fact } from './facts.js'
import { sameInPython } from './same-in-python.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'

/** The report names Node instead of Python, and how much memory there is is its own affair. */
const isOfMachine = ({ kind, value }: Fact): boolean =>
  kind === 'reply' && /software -> |[\d.]+MB/.test(JSON.stringify(bodyOf(value as WireObject)))

test.concurrent('11-revoke-5.6.3/all', () => sameInPython('11-revoke-5.6.3/all'))

describe('12-remote-control-5.6.3', () => {
  // of the traceback of a refused command its last line is logged: see docs/DIFFERENCES.md
  test.concurrent('control', () => sameInPython('12-remote-control-5.6.3/control', { traceback: () => '' }))
  test.concurrent('inspect', () => sameInPython('12-remote-control-5.6.3/inspect', { without: isOfMachine }))
})

// The retry is received again before the first attempt has been told of, or after it; where the other child had succeeded
// before the RETRY could be stored, it was not stored any more. 04 compares that document.
test.concurrent('13-events-5.6.3/all', () =>
  sameInPython('13-events-5.6.3/all', {
    overlapping: ['retry'],
    without: (fact) => fact.about === 'retry' && isRetryDocument(fact),
    mayMiss: /^document retry for the 2\. time$/,
    patienceSeconds: 15,
  }),
)

test.concurrent('18-rate-limit-5.6.3/annotations', () => sameInPython('18-rate-limit-5.6.3/annotations'))
