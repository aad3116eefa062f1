/**
 * `attempts`: how often the tasks of the step tried their side effect, tied together by task id. From `ledger-row` facts, the refused and
 * the failed ones included: an attempt that failed is an attempt. With `done` only those that succeeded count.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const attemptsCheck = v.strictObject({
  kind: v.literal('attempts'),
  effect: v.picklist(['mail', 'api', 'file']),
  /** So many tasks whose number of attempts is within the two bounds. */
  tasks: count,
  each: v.strictObject({ atLeast: v.exactOptional(count, 1), atMost: v.exactOptional(count) }),
  /** No other task may be outside the bounds. */
  all: v.exactOptional(v.boolean(), false),
  /** Count effects that happened, not attempts at them. */
  done: v.exactOptional(v.boolean(), false),
  /** Tasks that the web app has published and that have not got to their effect count as well, with none. */
  published: v.exactOptional(v.boolean(), false),
})
export type AttemptsCheck = v.InferOutput<typeof attemptsCheck>

export function watchAttempts({ effect, tasks, each, all, done, published }: AttemptsCheck): Watch {
  const attempts = new Map<string, number>()
  return {
    see({ fact }, situation) {
      if (published && fact.kind === 'message-published' && situation.roleOfName(fact.by) === 'web')
        attempts.set(fact.taskId, attempts.get(fact.taskId) ?? 0)
      if (fact.kind !== 'ledger-row' || fact.effect !== effect || fact.taskId === null) return
      if (done && (fact.refused || (fact.status ?? 200) >= 300)) return
      attempts.set(fact.taskId, (attempts.get(fact.taskId) ?? 0) + 1)
    },
    verdict() {
      const counts = [...attempts.values()]
      const within = counts.filter((one) => one >= each.atLeast && one <= (each.atMost ?? Infinity)).length
      const passed = within >= tasks && (!all || within === counts.length)
      const total = counts.reduce((sum, one) => sum + one, 0)
      const what =
        effect === 'api'
          ? counted(total, 'API call')
          : done
            ? counted(total, effect)
            : counted(total, `try at a ${effect}`, `tries at a ${effect}`)
      const numbers = `${counted(counts.length, 'task')} made ${what}`
      const bounds =
        each.atMost === undefined
          ? `${each.atLeast} or more`
          : each.atMost === each.atLeast
            ? `exactly ${each.atLeast}`
            : `${each.atLeast} to ${each.atMost}`
      const goal = `Waiting for ${counted(tasks, 'task')} with ${bounds}${all ? ', and none with another number' : ''}`
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. ${goal}; ${within} so far.` }
    },
  }
}
