/**
 * `overlap`: how many runs of one task were at work at the same time. A run that ends within `longerThanMs` did nothing worth
 * counting (it found a lock, say). From the pool's own slots and the process table.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const overlapCheck = v.strictObject({
  kind: v.literal('overlap'),
  task: v.pipe(v.string(), v.nonEmpty()),
  longerThanMs: v.pipe(v.number(), v.minValue(0)),
  /** So many at once … */
  atLeast: v.exactOptional(count),
  /** … or never more than so many, over a stretch in which `runs` long runs have ended … */
  atMost: v.exactOptional(count),
  runs: v.exactOptional(count, 1),
  /** … and so many other runs came while a long one was at work. */
  turnedAway: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
})
export type OverlapCheck = v.InferOutput<typeof overlapCheck>

interface Run {
  readonly taskId: string
  readonly beganMs: number
  /** More than allowed were at work beside it. */
  overlapped: boolean
}

export function watchOverlap({ task, longerThanMs, atLeast, atMost, runs, turnedAway }: OverlapCheck): Watch {
  const names = new Map<string, string>()
  const slots = new Map<number, Run>()
  let most = 0
  let ended = 0
  let short = 0

  const startAgain = (): void => {
    most = 0
    ended = 0
    short = 0
  }
  /** A slot may be told before Redis' stream has told the name of its task. */
  const atWork = (nowMs: number): readonly Run[] =>
    [...slots.values()].filter((run) => names.get(run.taskId) === task && nowMs - run.beganMs > longerThanMs)
  /** Looked at with every fact, because a run becomes a long one without a word. */
  const look = (nowMs: number): void => {
    const now = atWork(nowMs)
    most = Math.max(most, now.length)
    if (atMost === undefined || most <= atMost) return
    startAgain()
    for (const run of now) run.overlapped = true
  }
  const end = (pid: number, nowMs: number, how: 'done' | 'died'): void => {
    const run = slots.get(pid)
    if (run === undefined) return
    const took = nowMs - run.beganMs
    slots.delete(pid)
    if (how === 'died' || names.get(run.taskId) !== task) return
    if (took <= longerThanMs) short += atWork(nowMs).length > 0 ? 1 : 0
    else if (!run.overlapped) ended += 1
  }

  return {
    see({ fact, atMs }) {
      look(atMs)
      if (fact.kind === 'message-published') names.set(fact.taskId, fact.taskName)
      if (fact.kind === 'process-exited') end(fact.pid, atMs, 'died')
      if (fact.kind !== 'slot') return
      if (fact.taskId === null) end(fact.pid, atMs, 'done')
      else slots.set(fact.pid, { taskId: fact.taskId, beganMs: atMs, overlapped: false })
    },
    verdict() {
      const at = `${counted(most, 'run')} of ${task} at work at once, at most`
      if (atLeast !== undefined)
        return most >= atLeast
          ? { passed: true, observed: `${at}.` }
          : { passed: false, observed: `${at}. Waiting for ${atLeast}.` }
      const numbers = `${at}; ${counted(ended, 'run')} of over ${duration(longerThanMs)} done, ${counted(short, 'other')} turned away meanwhile`
      const passed = atMost !== undefined && most <= atMost && ended >= runs && short >= turnedAway
      if (passed) return { passed, observed: `${numbers}.` }
      const goal = `Waiting for ${counted(runs, 'run')} with no other at work beside it${turnedAway > 0 ? `, and ${turnedAway} turned away` : ''}`
      return { passed, observed: `${numbers}. ${goal}.` }
    },
  }
}
