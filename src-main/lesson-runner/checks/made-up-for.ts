/**
 * `made-up-for`: beat was away while an entry would have run several times, and came back: one run at once, and then the interval as
 * always. From beat's own facts; the interval is the one that it says it goes by.
 */
import * as v from 'valibot'
import type { FactOf } from '../../contract/feed.js'
import type { Watch } from './watch.js'
import { counted, duration } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const madeUpForCheck = v.strictObject({
  kind: v.literal('made-up-for'),
  /** So many runs fell into the time without beat. */
  missed: count,
  /** So many runs came after the first one, each at its interval. */
  then: v.exactOptional(count, 2),
})
export type MadeUpForCheck = v.InferOutput<typeof madeUpForCheck>

interface Return {
  readonly missed: number
  readonly intervalMs: number
  readonly atOnce: boolean
  readonly sentMs: number[]
}

/** A run comes a little late on a busy machine, and the one after it is counted from there. */
const NEARLY = 0.6

export function watchMadeUpFor({ missed, then }: MadeUpForCheck): Watch {
  const lastSent = new Map<string, number>()
  const returns = new Map<string, Return>()
  const keyOf = (fact: { readonly process: string; readonly entry: string }): string => `${fact.process} ${fact.entry}`

  const planned = (fact: FactOf<'beat-planned'>, atMs: number): void => {
    const last = lastSent.get(keyOf(fact))
    const [first, second] = fact.nextRunsMs
    returns.delete(keyOf(fact))
    if (last === undefined || first === undefined || second === undefined) return
    const intervalMs = second - first
    returns.set(keyOf(fact), {
      missed: Math.floor((atMs - last) / intervalMs),
      intervalMs,
      atOnce: first <= atMs,
      sentMs: [],
    })
  }
  const isDone = (one: Return): boolean => {
    const { sentMs, intervalMs } = one
    const gaps = sentMs.slice(1).map((at, index) => at - (sentMs[index] ?? at))
    return one.missed >= missed && one.atOnce && gaps.length >= then && gaps.every((gap) => gap >= intervalMs * NEARLY)
  }

  return {
    see({ fact, atMs }) {
      if (fact.kind === 'beat-planned') planned(fact, atMs)
      if (fact.kind !== 'beat-sent') return
      lastSent.set(keyOf(fact), atMs)
      returns.get(keyOf(fact))?.sentMs.push(atMs)
    },
    verdict() {
      const seen = [...returns.values()]
      const one = seen.find(isDone) ?? seen.at(-1)
      if (one === undefined) {
        const first =
          lastSent.size === 0 ? 'Beat has sent nothing yet' : 'Beat has not been stopped and started again yet'
        return { passed: false, observed: `${first}. Waiting for it to come back.` }
      }
      const away = `Beat missed ${counted(one.missed, 'run')} (every ${duration(one.intervalMs)})`
      if (one.missed < missed)
        return { passed: false, observed: `${away}. Leave it off until it has missed ${missed} or more.` }
      const after = `${away} and has sent ${counted(one.sentMs.length, 'message')} since`
      if (isDone(one)) return { passed: true, observed: `${after}: one at once, then one each interval.` }
      return { passed: false, observed: `${after}. Waiting for one at once and ${then} at their interval.` }
    },
  }
}
