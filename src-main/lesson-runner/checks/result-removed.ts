/** `result-removed`: records of finished tasks that are gone from the result store. A record of a task that still runs does not count. */
import * as v from 'valibot'
import { isReady, TaskStories } from './task-stories.js'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const resultRemovedCheck = v.strictObject({
  kind: v.literal('result-removed'),
  why: v.exactOptional(v.picklist(['expired', 'forgotten', 'flushed', 'not-kept'])),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type ResultRemovedCheck = v.InferOutput<typeof resultRemovedCheck>

const WORDS = {
  expired: 'expired',
  forgotten: 'was deleted',
  flushed: 'was flushed with the store',
  'not-kept': 'was lost with Redis',
} as const

export function watchResultRemoved(wanted: ResultRemovedCheck): Watch {
  const stories = new TaskStories()
  const gone = new Set<string>()
  let last: (typeof WORDS)[keyof typeof WORDS] | null = null
  return {
    see(item) {
      stories.see(item)
      if (item.fact.kind !== 'result-removed') return
      const { why, taskIds } = item.fact
      if (wanted.why !== undefined && why !== wanted.why) return
      for (const id of taskIds) {
        if (!isReady(stories.get(id))) continue
        gone.add(id)
        last = WORDS[why]
      }
    },
    verdict() {
      const passed = gone.size >= wanted.atLeast
      if (passed)
        return { passed, observed: `${counted(gone.size, 'record')} of finished tasks gone; the last ${last ?? ''}.` }
      const goal = wanted.why === undefined ? 'to go away' : `that ${WORDS[wanted.why]}`
      const stored = stories.all.filter((story) => story.records.length > 0 && story.removed === null).length
      return {
        passed,
        observed: `${counted(stored, 'record')} of this step in the store, ${gone.size} gone. Waiting for the record of a finished task ${goal}.`,
      }
    },
  }
}
