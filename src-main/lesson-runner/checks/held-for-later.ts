/**
 * `held-for-later`: messages with an eta that a worker has taken and waits with. From Redis' command stream (who took what, and gave it
 * back or acked it) and the process table: what a worker held when it died is in nobody's hands.
 */
import * as v from 'valibot'
import type { FeedItem } from '../../contract/feed.js'
import type { Situation } from './situation.js'
import type { Verdict, Watch } from './watch.js'
import { counted } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const heldForLaterCheck = v.strictObject({
  kind: v.literal('held-for-later'),
  /**
   * `taken`: one worker holds so many, and the queue is empty. `left-behind`: it held so many and died, they are still unacked, and a worker
   * is ready that has none of them. `limited`: after they were taken once, a worker holds `atMost`, and as many or more stay in the queue,
   * for longer than it takes to fetch them.
   */
  what: v.picklist(['taken', 'left-behind', 'limited']),
  messages: count,
  atMost: v.exactOptional(count),
  queue: v.exactOptional(v.string(), 'celery'),
})
export type HeldForLaterCheck = v.InferOutput<typeof heldForLaterCheck>

const STAYS_MS = 1_500

/** The worker that took it; null once that has died with it. */
type Holder = string | null

export function watchHeldForLater(wanted: HeldForLaterCheck): Watch {
  const later = new Set<string>()
  const holders = new Map<string, Holder>()
  let seen = { most: 0, inQueue: 0, ready: 0 }
  let takenOnce = false
  let limitedSinceMs: number | null = null
  let limited = false
  const atMost = wanted.atMost ?? wanted.messages

  return {
    see(item, situation) {
      follow(item, { later, holders })
      seen = look(situation, holders, wanted.queue)
      takenOnce ||= seen.most >= wanted.messages && seen.inQueue === 0
      // While it still takes messages, what it holds is not its limit.
      if (item.fact.kind === 'message-reserved') limitedSinceMs = null
      const fits = takenOnce && seen.most > 0 && seen.most <= atMost && seen.inQueue >= atMost
      limitedSinceMs = fits ? (limitedSinceMs ?? item.atMs) : null
      limited ||= limitedSinceMs !== null && item.atMs - limitedSinceMs >= STAYS_MS
    },
    verdict() {
      const left = [...holders.values()].filter((holder) => holder === null).length
      return judged(wanted, { ...seen, left, takenOnce, limited })
    },
  }
}

function follow({ fact }: FeedItem, { later, holders }: { later: Set<string>; holders: Map<string, Holder> }): void {
  if (fact.kind === 'message-published' && fact.eta !== null) later.add(fact.taskId)
  if (fact.kind === 'message-reserved' && later.has(fact.taskId)) holders.set(fact.deliveryTag, fact.by)
  if (fact.kind === 'message-acked' || fact.kind === 'message-restored') holders.delete(fact.deliveryTag)
  if (fact.kind !== 'process-exited' || fact.role !== 'worker') return
  for (const [tag, holder] of holders) if (holder === fact.process) holders.set(tag, null)
}

function look(situation: Situation, holders: ReadonlyMap<string, Holder>, queue: string) {
  const byWorker = new Map<string, number>()
  for (const holder of holders.values()) if (holder !== null) byWorker.set(holder, (byWorker.get(holder) ?? 0) + 1)
  return {
    most: Math.max(0, ...byWorker.values()),
    inQueue: situation.waiting(queue),
    ready: situation.ready('worker'),
  }
}

interface Seen {
  readonly most: number
  readonly inQueue: number
  readonly ready: number
  readonly left: number
  readonly takenOnce: boolean
  readonly limited: boolean
}

function judged({ what, messages, atMost = messages }: HeldForLaterCheck, seen: Seen): Verdict {
  const { most, inQueue, ready, left, takenOnce, limited } = seen
  const waiting = `${counted(inQueue, 'message')} in the queue`
  const told = `A worker holds ${counted(most, 'message')} for later, with ${waiting}`
  switch (what) {
    case 'taken':
      return most >= messages && inQueue === 0
        ? { passed: true, observed: `${told}.` }
        : {
            passed: takenOnce,
            observed: `${told}. ${takenOnce ? `It held ${messages} before.` : `Waiting for ${messages}.`}`,
          }
    case 'left-behind': {
      const numbers = `${counted(left, 'message')} of a dead worker in unacked; ${counted(ready, 'worker')} ready`
      const passed = left >= messages && ready > 0
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${messages} and a worker.` }
    }
    case 'limited': {
      const first = takenOnce ? '' : ` It has to take ${messages} without a limit first.`
      const goal = ` Waiting for ${atMost} at most, while as many or more stay in the queue.`
      return { passed: limited, observed: `${told}.${limited ? '' : `${first}${goal}`}` }
    }
  }
}
