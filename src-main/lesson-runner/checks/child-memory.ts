/** `child-memory`: a child whose memory grew by so much while it worked. From `memory` facts, which are told about every second. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { BYTES_PER_MB, megabytes } from './wording.js'

export const childMemoryCheck = v.strictObject({
  kind: v.literal('child-memory'),
  /** Megabytes between two measurements of one process, in which it began at least one task. */
  grewMb: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type ChildMemoryCheck = v.InferOutput<typeof childMemoryCheck>

export function watchChildMemory({ grewMb }: ChildMemoryCheck): Watch {
  /** Least memory so far, by pid; the measurement before the child's first task counts as well. */
  const least = new Map<number, number>()
  const worked = new Set<number>()
  let most: { readonly pid: number; readonly from: number; readonly to: number } | null = null
  return {
    see({ fact }, situation) {
      if (fact.kind === 'slot' && fact.taskId !== null) {
        worked.add(fact.pid)
        const before = situation.memoryOf(fact.pid)
        if (before !== null && !least.has(fact.pid)) least.set(fact.pid, before)
      }
      if (fact.kind !== 'memory' || situation.roleOfPid(fact.pid) !== 'pool-process') return
      if (situation.isLoading(fact.pid)) return
      const from = Math.min(least.get(fact.pid) ?? fact.rssBytes, fact.rssBytes)
      least.set(fact.pid, from)
      if (!worked.has(fact.pid)) return
      if (most === null || fact.rssBytes - from > most.to - most.from) most = { pid: fact.pid, from, to: fact.rssBytes }
    },
    verdict() {
      if (most === null) return { passed: false, observed: 'No child has worked and been measured yet.' }
      const numbers = `pid ${most.pid} grew from ${megabytes(most.from)} to ${megabytes(most.to)} MB`
      const passed = most.to - most.from >= grewMb * BYTES_PER_MB
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${grewMb} MB more than at first.` }
    },
  }
}
