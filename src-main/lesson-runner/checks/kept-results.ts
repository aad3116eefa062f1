/**
 * `kept-results`: tasks that ended, and whether a result record was stored for them. "Ended" is Celery's event, so a task whose result
 * is ignored counts as well; a record that is late by a moment is waited for.
 */
import * as v from 'valibot'
import { TaskStories } from './task-stories.js'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const keptResultsCheck = v.strictObject({
  kind: v.literal('kept-results'),
  kept: v.boolean(),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type KeptResultsCheck = v.InferOutput<typeof keptResultsCheck>

/** The record is stored before the event is sent, but the two are seen on two connections. */
const LATE_BY_AT_MOST_MS = 500

export function watchKeptResults(wanted: KeptResultsCheck): Watch {
  const stories = new TaskStories()
  let nowMs = 0
  let inStore: { readonly records: number; readonly bytes: number } | null = null
  return {
    see(item) {
      stories.see(item)
      nowMs = item.atMs
      if (item.fact.kind === 'result-count') inStore = item.fact
    },
    verdict() {
      const ended = stories.all.filter((story) => story.endedAtMs !== null)
      const kept = ended.filter((story) => story.records.length > 0).length
      const without = ended.filter(
        ({ records, endedAtMs }) => records.length === 0 && nowMs - (endedAtMs ?? nowMs) >= LATE_BY_AT_MOST_MS,
      ).length
      const seen = wanted.kept ? kept : without
      const passed = seen >= wanted.atLeast
      const store =
        inStore === null ? '' : ` The store holds ${counted(inStore.records, 'record')}, ${kilobytes(inStore.bytes)}.`
      const left = wanted.kept ? 'left a record' : 'left no record'
      const numbers = `${counted(seen, 'task')} ended and ${left}.`
      return { passed, observed: `${numbers}${passed ? '' : ` Waiting for ${wanted.atLeast}.`}${store}` }
    },
  }
}

function kilobytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`
}
