/**
 * All three pairings at the same time, each with a worker and a client of its own in a database of its own: a feature
 * waits more than it works. Answers the table and tells each outcome as it comes.
 */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { startOurWorker } from '../../support/our-worker.js'
import { startRealWorker } from '../../support/real-celery.js'
import { startRedisServer } from '../../support/redis-server.js'
import { AttributedRelay } from './attributed-relay.js'
import { runClient } from './client.js'
import { pairings, toConformance, type Conformance, type Outcome, type Pairing } from './table.js'

const queues = ['celery', 'other']

export interface RunOptions {
  readonly tell: (pairing: Pairing, outcome: Outcome) => void
  /** Only features whose name has this in it. */
  readonly only?: string
  /** Only these pairings. */
  readonly pairings?: readonly Pairing[]
  /** What the workers wrote, when a feature has failed. */
  readonly tellLog?: (pairing: Pairing, log: string) => void
}

interface SomeWorker {
  stop(): Promise<void>
  readonly log: () => string
}

export async function runConformance(options: RunOptions): Promise<Conformance> {
  const redis = await startRedisServer()
  const relay = new AttributedRelay(redis.port)
  const outcomes = new Map<Pairing, Outcome[]>(pairings.map((pairing) => [pairing, []]))
  try {
    const relayPort = await relay.start()
    const tasksPy = await readFile(resolve(import.meta.dirname, '..', 'features', 'tasks.py'), 'utf8')
    const chosen = options.pairings ?? pairings
    const one = async (pairing: Pairing): Promise<readonly string[]> => {
      const brokerUrl = redis.url(pairings.indexOf(pairing))
      const worker = await startWorker(pairing, brokerUrl, tasksPy)
      let failed = false
      const onOutcome = (outcome: Outcome): void => {
        failed ||= outcome.cell === 'fail'
        outcomes.get(pairing)?.push(outcome)
        options.tell(pairing, outcome)
      }
      try {
        return await runClient({ pairing, brokerUrl, relayPort, only: options.only ?? '', onOutcome })
      } finally {
        if (failed) options.tellLog?.(pairing, worker.log())
        await worker.stop()
      }
    }
    const settled = await Promise.allSettled(chosen.map(one))
    const names = settled.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    const asked = [...new Set(names)].filter((name) => name.includes(options.only ?? ''))
    return toConformance(asked, outcomes)
  } finally {
    await relay.stop()
    await redis.stop()
  }
}

async function startWorker(pairing: Pairing, brokerUrl: string, tasksPy: string): Promise<SomeWorker> {
  if (pairing === 'ours-to-celery') {
    const worker = await startRealWorker({ brokerUrl, tasksPy }, [
      '-c',
      '2',
      '-E',
      '-Q',
      queues.join(','),
      '-n',
      'celery@conformance',
    ])
    return { stop: () => worker.stop(), log: () => worker.output }
  }
  const worker = await startOurWorker({ brokerUrl, tasksPy, concurrency: 2, queues, nodename: 'celery@conformance' })
  return { stop: () => worker.stop(), log: () => worker.stderr }
}
