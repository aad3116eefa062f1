/**
 * `ledger`: side effects that happened (mails, API calls, files), by who did them. From `ledger-row` facts; the pid in a row is
 * looked up among the processes the lab started, so a mail of the web process is never taken for one of a worker's child.
 */
import * as v from 'valibot'
import type { FactOf } from '../../contract/feed.js'
import type { Watch } from './watch.js'
import { counted, duration, listed } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const ledgerCheck = v.strictObject({
  kind: v.literal('ledger'),
  effect: v.picklist(['mail', 'api', 'file']),
  /** Only API calls that were answered so: 2xx, or anything else. */
  answered: v.exactOptional(v.picklist(['well', 'badly'])),
  /** The role of the process that did it. */
  by: v.exactOptional(v.picklist(['web', 'pool-process', 'shell'])),
  atLeast: v.exactOptional(count),
  exactly: v.exactOptional(count),
  /** Only those that were begun and given up: the caller went away before it was done. */
  refused: v.exactOptional(v.boolean()),
  /** Done by children of so many different workers. */
  workers: v.exactOptional(count),
  /** Only effects of tasks whose message was published while no worker was ready. */
  sentUnheard: v.exactOptional(v.boolean()),
  /** Count keys (orders) instead of rows: a double counts once. */
  distinct: v.exactOptional(v.boolean(), false),
})
export type LedgerCheck = v.InferOutput<typeof ledgerCheck>

const BY_WORDS = { web: 'the web process', 'pool-process': "a worker's child", shell: 'a terminal of yours' } as const
/** Below this a wait is not worth a word. */
const NOTABLE_WAIT_MS = 1_500

export function watchLedger(wanted: LedgerCheck): Watch {
  let rows = 0
  const keys = new Set<string>()
  const doneBy = new Set<string>()
  const others = new Set<string>()
  const workers = new Set<string>()
  let unlike = 0
  let lastWaitMs: number | null = null

  return {
    see({ fact, atMs }, situation) {
      if (fact.kind !== 'ledger-row' || fact.effect !== wanted.effect || fact.refused !== (wanted.refused ?? false))
        return
      const well = fact.status !== undefined && fact.status < 300
      if (wanted.answered !== undefined && well !== (wanted.answered === 'well')) return
      if (wanted.by !== undefined && situation.roleOfPid(fact.pid) !== wanted.by) {
        others.add(situation.describePid(fact.pid))
        return
      }
      if (wanted.sentUnheard === true && !situation.wasSentUnheard(fact.taskId)) {
        unlike += 1
        return
      }
      rows += 1
      const worker = situation.workerOfPid(fact.pid)
      if (worker !== null) workers.add(worker)
      keys.add(fact.key)
      doneBy.add(situation.describePid(fact.pid))
      lastWaitMs = waited(fact, atMs, situation.publishedAtMs(fact.taskId))
    },
    verdict() {
      const seen = wanted.distinct ? keys.size : rows
      const begun = wanted.refused === true ? 'half-sent ' : ''
      const noun =
        wanted.effect === 'api'
          ? `${wanted.answered === 'badly' ? 'refused ' : ''}API call`
          : `${begun}${wanted.effect}`
      const oneWorker = wanted.workers !== undefined && workers.size < wanted.workers
      const byWorkers = wanted.workers === undefined ? '' : `, done by ${listed([...workers].sort()) || 'no worker'}`
      const enough =
        (wanted.atLeast === undefined || seen >= wanted.atLeast) &&
        (wanted.exactly === undefined || seen === wanted.exactly)
      const passed = enough && !oneWorker && (wanted.atLeast !== undefined || wanted.exactly !== undefined)
      const by = seen === 0 || wanted.workers !== undefined ? byWorkers : ` by ${listed([...doneBy])}`
      const wait =
        lastWaitMs !== null && lastWaitMs >= NOTABLE_WAIT_MS
          ? `, ${seen > 1 ? 'the last ' : ''}${duration(lastWaitMs)} after its message was published`
          : ''
      if (passed)
        return {
          passed,
          observed: `${seen === 0 ? `No ${noun} left the house` : `${counted(seen, noun)}${by}${wait}`}.`,
        }
      if (wanted.exactly !== undefined && seen > wanted.exactly)
        return {
          passed,
          observed: `${counted(seen, noun)} seen, and ${wanted.exactly} were wanted. None can be taken back: “Reset step” begins again.`,
        }
      const late = unlike > 0 ? ` (${unlike} more, sent when a worker was ready)` : ''
      const instead = others.size > 0 ? ` (seen instead: by ${listed([...others])})` : late
      const goal = wanted.exactly !== undefined ? `exactly ${wanted.exactly}` : `${wanted.atLeast ?? 0}`
      const who = wanted.by === undefined ? '' : ` by ${BY_WORDS[wanted.by]}`
      const different = wanted.workers === undefined ? '' : `, by ${wanted.workers} different workers`
      return {
        passed,
        observed: `${counted(seen, noun)}${who} seen${byWorkers}${instead}. Waiting for ${goal}${different}.`,
      }
    },
  }
}

function waited(row: FactOf<'ledger-row'>, atMs: number, publishedAtMs: number | null): number | null {
  return row.taskId === null || publishedAtMs === null ? null : atMs - publishedAtMs
}
