/**
 * `worker-end`: a worker that was asked to stop while its children were at work, and what became of those tasks: `finished` before it
 * exited, `returned` to the queue, or `lost` (not finished, and not at the broker either). From the worker's own words in its log, the
 * pools' slots, the wire and the stored results.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration, listed } from './wording.js'

export const workerEndCheck = v.strictObject({
  kind: v.literal('worker-end'),
  /** As the worker's log says: `Warm shutdown`, `Cold shutdown`, or `Initiating Soft Shutdown` first. Left out: any of them. */
  how: v.exactOptional(v.picklist(['warm', 'cold', 'soft'])),
  tasks: v.picklist(['finished', 'returned', 'lost']),
  /** So many tasks that were under way; 0: whether there were any or not. */
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
})
export type WorkerEndCheck = v.InferOutput<typeof workerEndCheck>

type How = 'warm' | 'cold' | 'soft'
interface Ending {
  readonly worker: string
  readonly how: How
  readonly underWay: readonly string[]
  readonly finished: Set<string>
  readonly returned: Set<string>
  readonly askedMs: number
  /** Null while it has not exited. */
  exitedMs: number | null
}

const WORDS: readonly (readonly [string, How])[] = [
  ['Initiating Soft Shutdown', 'soft'],
  ['Warm shutdown (MainProcess)', 'warm'],
  ['Cold shutdown (MainProcess)', 'cold'],
]

export function watchWorkerEnd({ how, tasks, atLeast }: WorkerEndCheck): Watch {
  const endings: Ending[] = []
  const acked = new Set<string>()
  const openOf = (worker: string): Ending | undefined =>
    endings.find((ending) => ending.worker === worker && ending.exitedMs === null)

  const lost = ({ exitedMs, underWay, finished, returned }: Ending): readonly string[] =>
    exitedMs !== null ? underWay.filter((id) => !finished.has(id) && !returned.has(id) && acked.has(id)) : []
  const became = (ending: Ending): readonly string[] => {
    if (ending.exitedMs === null) return []
    if (tasks === 'lost') return lost(ending)
    return [...(tasks === 'finished' ? ending.finished : ending.returned)]
  }
  return {
    see({ fact, atMs }, situation) {
      switch (fact.kind) {
        case 'log-line': {
          const [, said] = WORDS.find(([words]) => fact.text.includes(words)) ?? []
          if (said === undefined || openOf(fact.process) !== undefined) return
          if (situation.roleOfName(fact.process) !== 'worker') return
          const underWay = situation.tasksUnderWay(fact.process)
          endings.push({
            worker: fact.process,
            how: said,
            underWay,
            finished: new Set(),
            returned: new Set(),
            askedMs: atMs,
            exitedMs: null,
          })
          return
        }
        case 'message-acked':
          acked.add(fact.taskId)
          return
        case 'message-restored': {
          const ending = openOf(fact.by)
          if (ending?.underWay.includes(fact.taskId) === true) ending.returned.add(fact.taskId)
          return
        }
        case 'result-stored':
          if (fact.state !== 'SUCCESS') return
          for (const ending of endings)
            if (ending.exitedMs === null && ending.underWay.includes(fact.taskId)) ending.finished.add(fact.taskId)
          return
        case 'process-exited': {
          const ending = fact.role === 'worker' ? openOf(fact.process) : undefined
          if (ending !== undefined) ending.exitedMs = atMs
          return
        }
        default:
          return
      }
    },
    verdict() {
      const meant = endings.filter((ending) => how === undefined || ending.how === how)
      const isWanted = (ending: Ending): boolean => ending.exitedMs !== null && became(ending).length >= atLeast
      const wantedEnding = meant.find(isWanted)
      const passed = wantedEnding !== undefined
      const shown = wantedEnding ?? meant.at(-1) ?? endings.at(-1)
      if (shown === undefined) return { passed: false, observed: 'No worker has been asked to stop yet.' }
      const numbers = [
        ...(shown.finished.size > 0 ? [`${shown.finished.size} finished`] : []),
        ...(shown.returned.size > 0 ? [`${shown.returned.size} went back to the queue`] : []),
        ...(lost(shown).length > 0 ? [`${lost(shown).length} lost`] : []),
      ]
      const at =
        shown.underWay.length === 0
          ? 'with nothing under way'
          : `with ${counted(shown.underWay.length, 'task')} under way`
      const ended =
        shown.exitedMs === null ? ' It has not exited yet.' : ` It took ${duration(shown.exitedMs - shown.askedMs)}.`
      const seen = `${shown.worker} was asked for a ${shown.how} stop ${at}${numbers.length === 0 ? '' : `: ${listed(numbers)}`}.${ended}`
      if (passed) return { passed, observed: seen }
      const wanted = { finished: 'that finishes', returned: 'that goes back to the queue', lost: 'that is lost' }[tasks]
      return {
        passed,
        observed: `${seen} Waiting for a ${how === undefined ? '' : `${how} `}stop with ${counted(atLeast, 'task')} ${wanted}.`,
      }
    },
  }
}
