/** A recorded scenario played to our workers, and what they told Redis, left in it and logged compared with the recording. */
import { expect } from 'vitest'
import type { Celery, CeleryOptions } from '../../src-main/engine/index.js'
import { JumpClock } from '../support/jump-clock.js'
import type { RedisServer } from '../support/redis-server.js'
import { startInProcess } from './in-process-worker.js'
import { recordedTasks } from './recorded-tasks.js'
import { replay, type Replayed, type ReplayOptions } from './replay.js'
import { keysOf } from './snapshots.js'
import { readTimeline } from './timeline.js'
import { recordedView, replayedView, type ViewOptions } from './views.js'

export interface SameOptions extends ViewOptions, Pick<ReplayOptions, 'onStep' | 'ignored' | 'patienceSeconds'> {
  readonly conf?: CeleryOptions
  /** Default: the recorded tasks. */
  readonly define?: (app: Celery, clock: JumpClock) => void
}

/** With workers in this process, at the recorded times of day. */
export async function sameAsRecorded(server: RedisServer, folder: string, options: SameOptions = {}): Promise<void> {
  const { conf = {}, define = recordedTasks } = options
  const clock = new JumpClock(readTimeline(folder).startMs)
  const ours = await replay(folder, {
    ...options,
    server,
    moveTo: (atMs) => clock.moveTo(atMs),
    start: (order) => startInProcess({ url: server.url(), clock, conf, define }, order),
  })
  compare(ours, options)
}

export function compare(ours: Replayed, options: SameOptions): void {
  const { timeline, missed } = ours
  const theirs = recordedView(timeline, options)
  expect(Object.values(theirs).flat().length).toBeGreaterThan(0)
  expect(replayedView(ours, options), missed.join('\n')).toEqual(theirs)
  expect(missed).toEqual([])
  expect(ours.snapshots.map(keysOf)).toEqual(timeline.snapshots.map(keysOf))
}
