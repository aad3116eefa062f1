/**
 * `idle-beside`: for how long a child of one worker had nothing to do while another worker kept a message that it had taken and not begun.
 * From the wire, the pools' slots and the process table; nothing changes between two facts, so their times are enough.
 */
import * as v from 'valibot'
import type { Situation } from './situation.js'
import type { Watch } from './watch.js'
import { duration } from './wording.js'

export const idleBesideCheck = v.strictObject({
  kind: v.literal('idle-beside'),
  /** Without a break. */
  forMs: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type IdleBesideCheck = v.InferOutput<typeof idleBesideCheck>

interface Pair {
  readonly idle: string
  readonly holder: string
}

export function watchIdleBeside({ forMs }: IdleBesideCheck): Watch {
  /** Taken and not begun: task id to worker. */
  const held = new Map<string, string>()
  let since: { readonly pair: Pair; readonly atMs: number } | null = null
  let longest: { readonly pair: Pair; readonly ms: number } | null = null

  const pairNow = (situation: Situation): Pair | null => {
    const holders = new Set(held.values())
    const idle = [...situation.workersWithIdleChild()].find((worker) => !holders.has(worker))
    const [holder] = [...holders].filter((worker) => !situation.workersWithIdleChild().has(worker))
    return idle === undefined || holder === undefined ? null : { idle, holder }
  }
  return {
    see({ fact, atMs }, situation) {
      if (since !== null && atMs - since.atMs > (longest?.ms ?? 0))
        longest = { pair: since.pair, ms: atMs - since.atMs }
      if (fact.kind === 'message-reserved') held.set(fact.taskId, fact.by)
      if (fact.kind === 'message-restored') held.delete(fact.taskId)
      if (fact.kind === 'slot' && fact.taskId !== null) held.delete(fact.taskId)
      if (fact.kind === 'message-acked') held.delete(fact.taskId)
      if (fact.kind === 'process-exited' && fact.role === 'worker')
        for (const [taskId, worker] of held) if (worker === fact.process) held.delete(taskId)
      const pair = pairNow(situation)
      if (pair === null) since = null
      else since ??= { pair, atMs }
    },
    verdict() {
      if (longest === null)
        return { passed: false, observed: 'No worker has been idle while another one kept messages waiting.' }
      const { idle, holder } = longest.pair
      const numbers = `${idle} had an idle child for ${duration(longest.ms)} while messages waited inside ${holder}`
      const passed = longest.ms >= forMs
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${duration(forMs)}.` }
    },
  }
}
