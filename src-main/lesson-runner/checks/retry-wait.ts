/**
 * `retry-wait`: how long a retry has to wait. A retry is a new message with the same task id and a time before which it must not run;
 * the wait is from its publishing to that time. From `message-published` facts.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

const seconds = v.pipe(v.number(), v.minValue(0))

export const retryWaitCheck = v.strictObject({
  kind: v.literal('retry-wait'),
  atLeastSeconds: v.exactOptional(seconds, 0),
  atMostSeconds: v.exactOptional(seconds),
  /** So many such retries of one and the same task. */
  retries: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type RetryWaitCheck = v.InferOutput<typeof retryWaitCheck>

export function watchRetryWait({ atLeastSeconds, atMostSeconds, retries }: RetryWaitCheck): Watch {
  const fitting = new Map<string, number>()
  let last: number | null = null
  return {
    see({ fact, atMs }) {
      if (fact.kind !== 'message-published' || fact.retries === 0 || fact.redelivered) return
      const waitMs = fact.eta === null ? 0 : Date.parse(fact.eta) - atMs
      if (Number.isNaN(waitMs)) return
      last = Math.max(0, waitMs)
      // What the message needed to get here is a part of the wait that was asked for.
      if (waitMs < atLeastSeconds * 1000 || (atMostSeconds !== undefined && waitMs > atMostSeconds * 1000)) return
      fitting.set(fact.taskId, (fitting.get(fact.taskId) ?? 0) + 1)
    },
    verdict() {
      const most = Math.max(0, ...fitting.values())
      const wait = last === null ? 'No retry has been sent yet' : `The last retry waits ${duration(last)}`
      if (most >= retries) return { passed: true, observed: `${wait}.` }
      const from = atLeastSeconds > 0 ? ` ${duration(atLeastSeconds * 1000)} or more` : ''
      const to = atMostSeconds === undefined ? '' : ` ${duration(atMostSeconds * 1000)} at most`
      return {
        passed: false,
        observed: `${wait}. Waiting for ${counted(retries, 'retry', 'retries')} of one task, each after${from}${to}.`,
      }
    },
  }
}
