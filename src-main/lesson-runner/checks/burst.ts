/**
 * `burst`: messages of beat that were published one by one over a while and taken all at once: a worker that comes back to a queue
 * that has grown. Published as Redis saw it, taken as the worker's event says.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { duration } from './wording.js'

const positive = v.pipe(v.number(), v.minValue(1))

export const burstCheck = v.strictObject({
  kind: v.literal('burst'),
  atLeast: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** All received within this time … */
  withinMs: positive,
  /** … though the first and the last were published this far apart. */
  publishedOverMs: positive,
})
export type BurstCheck = v.InferOutput<typeof burstCheck>

interface Arrival {
  readonly receivedMs: number
  readonly publishedMs: number
}

export function watchBurst({ atLeast, withinMs, publishedOverMs }: BurstCheck): Watch {
  const scheduled = new Set<string>()
  const received = new Set<string>()
  let recent: readonly Arrival[] = []
  let most = 0
  let passedWith: readonly Arrival[] | null = null
  return {
    see({ fact, atMs }, situation) {
      if (fact.kind === 'message-published' && situation.roleOfName(fact.by) === 'beat') scheduled.add(fact.taskId)
      if (fact.kind !== 'task-event' || fact.type !== 'task-received' || received.has(fact.taskId)) return
      received.add(fact.taskId)
      const publishedMs = situation.publishedAtMs(fact.taskId)
      if (!scheduled.has(fact.taskId) || publishedMs === null) return
      recent = [...recent.filter((one) => atMs - one.receivedMs <= withinMs), { receivedMs: atMs, publishedMs }]
      if (spread(recent) < publishedOverMs) return
      most = Math.max(most, recent.length)
      if (recent.length >= atLeast) passedWith = recent
    },
    verdict() {
      const apart = `published over ${duration(publishedOverMs)} or more`
      if (passedWith !== null) {
        const over = duration(spread(passedWith))
        const together = `taken within ${duration(withinMs)}`
        return { passed: true, observed: `${passedWith.length} messages, published over ${over}, ${together}.` }
      }
      const seen =
        most === 0 ? `No messages ${apart} were taken together yet` : `${most} messages ${apart}, taken together`
      return { passed: false, observed: `${seen}. Waiting for ${atLeast} within ${duration(withinMs)}.` }
    },
  }
}

function spread(arrivals: readonly Arrival[]): number {
  const times = arrivals.map((one) => one.publishedMs)
  return Math.max(...times) - Math.min(...times)
}
