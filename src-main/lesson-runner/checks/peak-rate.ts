/**
 * `peak-rate`: the most side effects within any one second, from the times of `ledger-row` facts: what the other side had to bear. The
 * count begins anew when the learner saves a file: what the code before did says nothing about the new one.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const peakRateCheck = v.strictObject({
  kind: v.literal('peak-rate'),
  effect: v.picklist(['mail', 'api', 'file']),
  /** Count only second and later attempts of a task: what retries add. */
  retriesOnly: v.exactOptional(v.boolean(), false),
  /** So many have to be seen before the peak means anything. */
  rows: count,
  /** Only the newest `rows` are looked at: what came before something was mended does not spoil it. */
  newest: v.exactOptional(v.boolean()),
  atLeast: v.exactOptional(count),
  atMost: v.exactOptional(count),
})
export type PeakRateCheck = v.InferOutput<typeof peakRateCheck>

const WINDOW_MS = 1_000

export function watchPeakRate(wanted: PeakRateCheck): Watch {
  const { effect, retriesOnly, rows, newest = false, atLeast, atMost } = wanted
  let times: number[] = []
  return {
    see({ fact, atMs }) {
      if (fact.kind === 'file-saved') times = []
      if (fact.kind !== 'ledger-row' || fact.effect !== effect) return
      if (retriesOnly && (fact.attempt ?? 1) < 2) return
      times.push(atMs)
    },
    verdict() {
      const seen = times.length
      const peak = peakOf(newest ? times.slice(-rows) : times)
      const noun = retriesOnly ? 'repeated calls' : 'calls'
      const stated = atLeast !== undefined || atMost !== undefined
      const passed = stated && seen >= rows && peak >= (atLeast ?? 0) && peak <= (atMost ?? Infinity)
      const which = newest && seen > rows ? `the newest ${rows} of ${seen} ${noun}` : `${seen} ${noun}`
      const numbers = `${which}, at most ${peak} of them within one second`
      if (passed) return { passed, observed: `${numbers}.` }
      const goal = [
        ...(seen < rows ? [`${rows} ${noun}`] : []),
        ...(atLeast !== undefined && peak < atLeast ? [`${atLeast} within one second`] : []),
        ...(atMost !== undefined && peak > atMost ? [`no more than ${atMost} within one second`] : []),
      ]
      return { passed, observed: `${numbers}. Waiting for ${goal.join(' and ')}.` }
    },
  }
}

/** `times` rise: facts come in the order in which they were seen. */
function peakOf(times: readonly number[]): number {
  let first = 0
  let peak = 0
  times.forEach((last, index) => {
    while (last - (times[first] ?? last) >= WINDOW_MS) first += 1
    peak = Math.max(peak, index - first + 1)
  })
  return peak
}
