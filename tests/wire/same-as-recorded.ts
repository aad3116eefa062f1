/** A recorded scenario played to our workers, and what they told Redis, left in it and logged compared with the recording. */
import { expect } from 'vitest'
import type { Celery, CeleryOptions } from '../../src-main/engine/index.js'
import { JumpClock } from '../support/jump-clock.js'
import type { WireObject } from '../../src-main/engine/serialization/wire-value.js'
import type { RedisServer } from '../support/redis-server.js'
import type { Fact } from './facts.js'
import { startInProcess } from './in-process-worker.js'
import { recordedTasks } from './recorded-tasks.js'
import { replay, type Replayed, type ReplayOptions } from './replay.js'
import { keysOf } from './snapshots.js'
import { Turns } from './turns.js'
import { readTimeline, type Snapshot } from './timeline.js'
import { recordedView, replayedView, type ViewOptions } from './views.js'

export interface SameOptions
  extends
    ViewOptions,
    Pick<ReplayOptions, 'arrival' | 'onStep' | 'ignored' | 'patienceSeconds' | 'until' | 'uncomparedKeys'> {
  readonly conf?: CeleryOptions
  /** Default: the recorded tasks. */
  readonly define?: (app: Celery, clock: JumpClock, turns: Turns | null) => void
  /** Tasks that run beside each other end in the order in which the recorded ones did. */
  readonly inOrder?: boolean
}

/** With workers in this process, at the recorded times of day. */
export async function sameAsRecorded(server: RedisServer, folder: string, options: SameOptions = {}): Promise<void> {
  const { conf = {}, define = recordedTasks, inOrder = false } = options
  const timeline = readTimeline(folder)
  const told = timeline.moments.flatMap((moment) => (moment.kind === 'told' ? [endOf(moment.fact)] : []))
  const turns = inOrder ? new Turns(new Set(told)) : null
  const clock = new JumpClock(timeline.startMs)
  const ours = await replay(folder, {
    ...options,
    server,
    moveTo: (atMs) => clock.moveTo(atMs),
    nudge: () => clock.moveTo(clock.nowMs() + 20),
    start: (order) => startInProcess({ url: server.url(), clock, conf, define, turns }, order),
    onAwaited: (fact) => turns?.give(endOf(fact)),
  })
  compare(ours, options)
}

export function compare(ours: Replayed, options: SameOptions): void {
  const { timeline, missed } = ours
  const theirs = recordedView(timeline, options)
  expect(Object.values(theirs).flat().length).toBeGreaterThan(0)
  expect(replayedView(ours, options), missed.join('\n')).toEqual(theirs)
  expect(missed.filter((one) => !options.mayMiss?.test(one))).toEqual([])
  const looked = options.until === undefined ? timeline.snapshots : timeline.snapshots.slice(0, ours.snapshots.length)
  const keys = (one: Snapshot): ReturnType<typeof keysOf> => keysOf(one, options.uncomparedKeys)
  expect(ours.snapshots.map(keys)).toEqual(looked.map(keys))
}

/** Whose end this tells of: a task's result, or a message that it sends when it has succeeded. */
function endOf({ kind, about, value }: Fact): string {
  if (kind === 'document') return about
  return kind === 'message' ? String(((value as WireObject).headers as WireObject).parent_id) : ''
}
