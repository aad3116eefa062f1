/** `fault-seen`: something was broken on purpose, and the lab reports that it took hold. */
import * as v from 'valibot'
import type { FaultOrder } from '../../contract/fault-orders.js'
import type { Watch } from './watch.js'

const WORDS: Record<FaultOrder['kind'], string> = {
  'kill-worker': 'killing a worker',
  'kill-child': 'killing a child',
  'kill-web': 'killing the web app',
  'slow-mail': 'slowing the mail server',
  'stop-mail': 'stopping the mail server',
  'start-mail': 'starting the mail server',
  'flush-results': 'emptying the result store',
  'slow-api': 'slowing the seat-map API',
  'flaky-api': 'making the seat-map API fail',
  'limit-api': 'limiting the seat-map API',
  'stop-api': 'stopping the seat-map API',
  'start-api': 'starting the seat-map API',
  'slow-commit': 'slowing the commits of the database',
  'stop-redis': 'stopping Redis',
  'start-redis': 'starting Redis',
  'bounce-redis': 'stopping and starting Redis',
  'deaf-monitor': 'the monitor that hears nothing',
  'kill-beat': 'killing beat',
  'duplicate-beat': 'starting a second beat',
  'end-duplicate-beat': 'ending the second beat',
}

export const faultSeenCheck = v.strictObject({
  kind: v.literal('fault-seen'),
  fault: v.picklist(Object.keys(WORDS) as FaultOrder['kind'][]), // they are its keys
  /** Only for `stop-redis`: with its data on disk, or without. */
  keepData: v.exactOptional(v.boolean()),
  /** Only once it is over. */
  over: v.exactOptional(v.boolean()),
})
export type FaultSeenCheck = v.InferOutput<typeof faultSeenCheck>

export function watchFaultSeen(wanted: FaultSeenCheck): Watch {
  let last: 'started' | 'ended' | 'failed' | null = null
  return {
    see({ fact }) {
      if (fact.kind !== 'fault' || fact.order.kind !== wanted.fault) return
      if (wanted.keepData !== undefined && (!('keepData' in fact.order) || fact.order.keepData !== wanted.keepData))
        return
      if (last !== 'started' || fact.phase === 'ended') last = fact.phase
    },
    verdict() {
      const what = `${WORDS[wanted.fault]}${wanted.keepData === undefined ? '' : wanted.keepData ? ', data on disk' : ', nothing on disk'}`
      if (last === 'started' && wanted.over === true) return { passed: false, observed: `Not over yet: ${what}.` }
      if (last === 'started' || last === 'ended') return { passed: true, observed: `Seen: ${what}.` }
      if (last === 'failed') return { passed: false, observed: `Tried, but failed: ${what}.` }
      return { passed: false, observed: `Not seen yet: ${what}.` }
    },
  }
}
