/**
 * `ran-later`: a message with an eta (a countdown) whose task succeeded, not before its time: so many seconds or more after it was sent.
 * A message that had to wait because everybody was busy has no eta and does not count, nor does a retry.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

export const ranLaterCheck = v.strictObject({
  kind: v.literal('ran-later'),
  atLeastSeconds: v.pipe(v.number(), v.minValue(0)),
  /** The message also says until when it is worth running. */
  withExpiry: v.exactOptional(v.boolean(), false),
})
export type RanLaterCheck = v.InferOutput<typeof ranLaterCheck>

export function watchRanLater(wanted: RanLaterCheck): Watch {
  const sent = new Map<string, { readonly atMs: number; readonly expires: boolean }>()
  let best: { readonly waitedMs: number; readonly expires: boolean } | null = null
  const fits = (one: { readonly waitedMs: number; readonly expires: boolean }): boolean =>
    one.waitedMs >= wanted.atLeastSeconds * 1000 && (one.expires || !wanted.withExpiry)
  return {
    see({ fact, atMs }) {
      if (fact.kind === 'message-published' && fact.eta !== null && fact.retries === 0 && !sent.has(fact.taskId))
        sent.set(fact.taskId, { atMs, expires: (fact.expires ?? null) !== null })
      if (fact.kind !== 'task-event' || fact.type !== 'task-succeeded') return
      const message = sent.get(fact.taskId)
      if (message === undefined || (best !== null && fits(best))) return
      best = { waitedMs: atMs - message.atMs, expires: message.expires }
    },
    verdict() {
      const goal = `Waiting for one that succeeds ${wanted.atLeastSeconds} s or more after it was sent${wanted.withExpiry ? ', with an expiry' : ''}.`
      if (best === null)
        return { passed: false, observed: `${counted(sent.size, 'message')} with an eta sent, none succeeded. ${goal}` }
      const seen = `A task succeeded ${duration(best.waitedMs)} after it was sent${best.expires ? ', before its expiry' : ''}`
      return fits(best) ? { passed: true, observed: `${seen}.` } : { passed: false, observed: `${seen}. ${goal}` }
    },
  }
}
