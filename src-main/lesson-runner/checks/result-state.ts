/**
 * `result-state`: tasks whose stored result is in a state now. From the result documents written to Redis; the last one of a task counts.
 * With `mailed` only those that have sent a mail themselves.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const resultStateCheck = v.strictObject({
  kind: v.literal('result-state'),
  state: v.pipe(v.string(), v.regex(/^[A-Z]+$/, 'a state in capitals, such as SUCCESS')),
  /** What the stored result's JSON has to contain: an exception's name, say. */
  contains: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  mailed: v.exactOptional(v.boolean()),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type ResultStateCheck = v.InferOutput<typeof resultStateCheck>

export function watchResultState(wanted: ResultStateCheck): Watch {
  const states = new Map<string, { readonly state: string; readonly text: string }>()
  const senders = new Set<string | null>()
  const isWanted = (taskId: string, { state, text }: { readonly state: string; readonly text: string }): boolean =>
    state === wanted.state &&
    (wanted.contains === undefined || text.includes(wanted.contains)) &&
    (wanted.mailed !== true || senders.has(taskId))
  return {
    see({ fact }) {
      if (fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused) senders.add(fact.taskId)
      if (fact.kind === 'result-stored') states.set(fact.taskId, { state: fact.state, text: fact.resultText })
    },
    verdict() {
      const seen = [...states].filter(([taskId, stored]) => isWanted(taskId, stored)).length
      const passed = seen >= wanted.atLeast
      const numbers = `${counted(seen, 'result')} in state ${wanted.state}${wanted.contains === undefined ? '' : ` with ${wanted.contains.replaceAll('"', '')}`}${wanted.mailed === true ? ', of tasks that sent a mail' : ''}`
      return {
        passed,
        observed: passed
          ? `${numbers}.`
          : `${numbers}, of ${counted(states.size, 'task')} with a result. Waiting for ${wanted.atLeast}.`,
      }
    },
  }
}
