/**
 * `cadence`: a running beat keeps the interval it started with after the code was saved, and a beat started after that has another.
 * The saved file, the beats' pids and the times of their messages tell; nobody reads the code.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

export const cadenceCheck = v.strictObject({
  kind: v.literal('cadence'),
  /** So many messages at the old interval after the file was saved … */
  old: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** … and so many intervals of the new kind after that. */
  fresh: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type CadenceCheck = v.InferOutput<typeof cadenceCheck>

/** Intervals closer to each other than that are the same. */
const OTHER = 0.2
/** How much shorter than its interval the time between two messages may seem. */
const NEARLY = 0.6

interface Running {
  readonly intervalMs: number
  afterSave: number
  lastMs: number | null
  gaps: number
}

export function watchCadence({ old, fresh }: CadenceCheck): Watch {
  const running = new Map<string, Running>()
  /** Of a beat that went on at its interval after a save. */
  let kept: { readonly entry: string; readonly intervalMs: number; readonly count: number } | null = null
  let saved = false
  /** Beat was restarted when so few messages had come since the save. */
  let tooSoon: number | null = null

  const begin = (entry: string, intervalMs: number): void => {
    const before = running.get(entry)
    if (before !== undefined && before.afterSave >= old)
      kept = { entry, intervalMs: before.intervalMs, count: before.afterSave }
    else if (before !== undefined && saved) tooSoon = before.afterSave
    running.set(entry, { intervalMs, afterSave: 0, lastMs: null, gaps: 0 })
  }
  const sent = (entry: string, atMs: number): void => {
    const beat = running.get(entry)
    if (beat === undefined) return
    if (beat.lastMs !== null && atMs - beat.lastMs >= beat.intervalMs * NEARLY) {
      beat.gaps += 1
      if (saved) beat.afterSave += 1
    }
    beat.lastMs = atMs
  }
  const isOther = (one: number, other: number): boolean => Math.abs(one - other) > OTHER * Math.max(one, other)

  return {
    see({ fact, atMs }) {
      if (fact.kind === 'file-saved') {
        saved = true
        for (const beat of running.values()) beat.afterSave = 0
      }
      if (fact.kind === 'beat-due' && !running.has(fact.entry)) {
        const interval = gapOf(fact.nextRunsMs) // it was planned before this step began
        if (interval !== null) begin(fact.entry, interval)
      }
      if (fact.kind === 'beat-planned') {
        const interval = gapOf(fact.nextRunsMs)
        if (interval !== null) begin(fact.entry, interval)
        saved = false // what was saved before is what it has read
      }
      if (fact.kind === 'beat-sent') sent(fact.entry, atMs)
    },
    verdict() {
      if (kept === null) {
        const [, beat] = [...running].at(-1) ?? []
        if (!saved || beat === undefined) {
          const seen =
            tooSoon === null
              ? 'No file was saved while beat ran'
              : `Beat was restarted ${counted(tooSoon, 'message')} after the save, ${old} are needed in between`
          return { passed: false, observed: `${seen}. Waiting for a new interval to be saved.` }
        }
        const numbers = `${counted(beat.afterSave, 'message')} every ${duration(beat.intervalMs)} since the file was saved`
        return beat.afterSave < old
          ? { passed: false, observed: `${numbers}. Waiting for ${old}, before beat is restarted.` }
          : { passed: false, observed: `${numbers}: the old interval. Waiting for beat to be restarted.` }
      }
      const before = `After the save still every ${duration(kept.intervalMs)} (${counted(kept.count, 'message')})`
      const now = running.get(kept.entry)
      if (now === undefined || !isOther(now.intervalMs, kept.intervalMs))
        return { passed: false, observed: `${before}. The restarted beat has the same interval: save another one.` }
      const after = `${before}; since the restart every ${duration(now.intervalMs)}`
      return now.gaps >= fresh
        ? { passed: true, observed: `${after}.` }
        : { passed: false, observed: `${after}. Waiting for ${fresh - now.gaps} more.` }
    },
  }
}

function gapOf([first, second]: readonly number[]): number | null {
  return first === undefined || second === undefined ? null : second - first
}
