/**
 * `own-task`: a task that the learner has added, whatever its name: one that is not among `besides`, the tasks of the step's start.
 * `registered`: the worker started last knows it. `ran`: sent as a message, it ran in a pool process. `left-a-row`: and the
 * ledger has a row of it.
 */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { listed } from './wording.js'

export const ownTaskCheck = v.strictObject({
  kind: v.literal('own-task'),
  is: v.picklist(['registered', 'ran', 'left-a-row']),
  besides: v.array(v.pipe(v.string(), v.nonEmpty())),
})
export type OwnTaskCheck = v.InferOutput<typeof ownTaskCheck>

export function watchOwnTask(wanted: OwnTaskCheck): Watch {
  const isOwn = (name: string): boolean => !wanted.besides.includes(name) && !name.startsWith('celery.')
  let registered: readonly string[] = []
  const sent = new Map<string, string>()
  const ran = new Set<string>()
  const rows = new Set<string>()
  const look = (situation: Situation): void => void (registered = situation.tasksOfWorker().filter(isOwn))
  return {
    begin: look,
    see({ fact }, situation) {
      look(situation)
      if (fact.kind === 'message-published' && isOwn(fact.taskName)) sent.set(fact.taskId, fact.taskName)
      if (fact.kind === 'slot' && fact.taskId !== null) ran.add(fact.taskId)
      if (fact.kind === 'ledger-row' && !fact.refused && fact.taskId !== null) {
        if (situation.roleOfPid(fact.pid) === 'pool-process') rows.add(fact.taskId)
      }
    },
    verdict() {
      if (registered.length === 0)
        return { passed: false, observed: 'The worker knows no task beside those of the start.' }
      const knows = `The worker knows ${listed(registered)}`
      if (wanted.is === 'registered') return { passed: true, observed: `${knows}.` }
      const names = (ids: ReadonlySet<string>): string[] => [
        ...new Set([...sent].filter(([id]) => ids.has(id)).map(([, name]) => name)),
      ]
      const done = wanted.is === 'ran' ? names(ran) : names(rows)
      const what = wanted.is === 'ran' ? 'run in a child of the worker' : 'left a row in the ledger'
      if (done.length > 0) return { passed: true, observed: `${listed(done)} has ${what}.` }
      const next =
        sent.size === 0 ? 'Waiting for a message that asks for it.' : `It was sent. Waiting until it has ${what}.`
      return { passed: false, observed: `${knows}. ${next}` }
    },
  }
}
