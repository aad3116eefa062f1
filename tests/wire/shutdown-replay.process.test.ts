/** 09: `celery worker` gets the recorded signals: what it tells Redis, logs and leaves there is what the recorded one did. */
import { describe, expect, test } from 'vitest'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import { waitFor } from '../support/wait-for.js'
import type { CommandLineWorker } from './python-worker.js'
import { sameInPython, type PythonOptions } from './same-in-python.js'
import type { Moment } from './timeline.js'

const tree = '09-shutdown-5.6.3'

/** What is shown on SIGUSR1, whichever record it comes after. */
function withoutShown(shown: RegExp): (log: string) => string {
  return (log) => {
    expect(log).toMatch(shown)
    return log.replace(shown, '')
  }
}

/** Tasks of a tenth of a second run in turn there: which of them is done is a matter of the moment. */
const atTheSignal = (key: string, label: string): boolean =>
  label === 'before the signal' && /^(unacked|celery-task-meta-)/.test(key)

/** Two signals of a kind that come at once are one: the second waits until the first is answered. */
function oneByOne(): NonNullable<PythonOptions['onStep']> {
  let sent = 0
  return async (step, { workers }) => {
    const isSignal = step.startsWith('kill -')
    const worker = workers.get('worker') as CommandLineWorker | undefined
    const isAnswered = (): boolean => /worker: Warm/.test(`${worker?.log()}${worker?.printed()}`)
    if (isSignal && sent > 0) await waitFor('an answer to the signal', isAnswered)
    sent += isSignal ? 1 : 0
    return false
  }
}

/** Both lay there when the worker looked again: it took the one for later first, and so had room for one more. */
function etaFirst(moments: readonly Moment[]): readonly Moment[] {
  const isPut = (id: string) => (moment: Moment) => moment.kind === 'put' && moment.fact.about === id
  const [urgent] = moments.filter(isPut('prio9'))
  if (urgent === undefined) throw new Error('prio9 was never put')
  return moments.flatMap((moment) =>
    moment === urgent ? [] : isPut('eta')(moment) ? [moment, { ...urgent, at: moment.at }] : [moment],
  )
}

describe(tree, () => {
  test.concurrent.each([
    ...['cold-second-term', 'cold-sigquit-late', 'soft', 'soft-idle-sigquit-late', 'warm-sigterm'],
  ])('%s', (folder) => sameInPython(`${tree}/${folder}`, { onStep: oneByOne() }))

  test.concurrent.each(['cold-second-int', 'cold-sigquit', 'soft-sigquit', 'warm-sigint'])('%s', (folder) =>
    sameInPython(`${tree}/${folder}`, { arrival: etaFirst, onStep: oneByOne() }),
  )

  test.concurrent('remap-sigterm', () =>
    sameInPython(`${tree}/remap-sigterm`, { variables: { REMAP_SIGTERM: 'SIGQUIT' } }),
  )

  // There the stacks of Python's threads, here what the pool runs: see docs/DIFFERENCES.md.
  test.concurrent('sigusr1', () =>
    sameInPython(`${tree}/sigusr1`, {
      arrival: etaFirst,
      uncomparedKeys: atTheSignal,
      theirs: withoutShown(/\nMainThread\n=+\n[\s\S]*\nLOCAL VARIABLES\n[^[]*\n(?=\[)/),
      ours: withoutShown(/\nMainProcess\n=+\n[\s\S]*\n=+\n/),
    }),
  )

  // Celery was started by a path there that it cannot start anew, and failed: see docs/DIFFERENCES.md.
  test.concurrent('sighup, until it comes', () =>
    sameInPython(`${tree}/sighup`, {
      until: 'kill -SIGHUP 17447',
      arrival: etaFirst,
      uncomparedKeys: atTheSignal,
      theirs: (log) => log.replace(/\nRestarting celery worker [^\n]*|^Restoring 3 [\s\S]*$/gm, ''),
      // Here they are run, as nothing ends this worker before.
      without: ({ kind, op, about, value }) =>
        /waiting-2|prio9/.test(about) &&
        (kind === 'document' || op === 'RPUSH' || /started|succeeded/.test(String((value as WireObject).type))),
      unlogged: /Restoring \d|(waiting-2|prio9)\] succeeded/,
    }),
  )
})
