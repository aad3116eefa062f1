/**
 * `monitor-gap`: tasks that ended, and whose mail is out, but of whose end the monitor has never heard. Compared a while later: a worker's
 * events arrive in order, so when one of a later moment is there, what is missing will not come any more.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const monitorGapCheck = v.strictObject({
  kind: v.literal('monitor-gap'),
  atLeast: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type MonitorGapCheck = v.InferOutput<typeof monitorGapCheck>

/** A worker gathers events for up to a second before it sends them; a heartbeat may be sent before them. */
const LATE_MS = 3_000

export function watchMonitorGap({ atLeast }: MonitorGapCheck): Watch {
  const mailed = new Map<string, number>()
  const heard = new Set<string>()
  let lastEventMs = 0
  return {
    see({ fact, atMs }) {
      if (fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused && fact.taskId !== null)
        mailed.set(fact.taskId, atMs)
      if (fact.kind === 'task-event' || fact.kind === 'worker-event') lastEventMs = atMs
      if (fact.kind === 'task-event' && fact.type === 'task-succeeded') heard.add(fact.taskId)
    },
    verdict() {
      const missed = [...mailed].filter(([taskId, atMs]) => !heard.has(taskId) && lastEventMs - atMs >= LATE_MS).length
      const known = [...mailed.keys()].filter((taskId) => heard.has(taskId)).length
      const numbers = `${counted(mailed.size, 'mail')} left; the monitor has heard of the end of ${counted(known, 'task')}`
      const passed = missed >= atLeast
      if (passed) return { passed, observed: `${numbers}, and will not hear of ${missed}.` }
      return { passed, observed: `${numbers}. Waiting for ${atLeast} that it has missed for good; ${missed} so far.` }
    },
  }
}
