/**
 * `priority-order`: tasks sent with priorities, the lists of Redis that they went to, and the order in which they began. A list's number
 * comes first, and within one list the order of sending. From `message-published` (its list) and `slot` facts.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const priorityOrderCheck = v.strictObject({
  kind: v.literal('priority-order'),
  /** Different lists that messages went to. */
  lists: count,
  /** So many tasks began, all of them in order. Left out: only the lists count. */
  begun: v.exactOptional(count),
})
export type PriorityOrderCheck = v.InferOutput<typeof priorityOrderCheck>

interface Sent {
  readonly list: number
  readonly place: number
}

export function watchPriorityOrder({ lists, begun }: PriorityOrderCheck): Watch {
  const sent = new Map<string, Sent>()
  const order: Sent[] = []
  const started = new Set<string>()
  return {
    see({ fact }) {
      if (fact.kind === 'message-published' && !sent.has(fact.taskId))
        sent.set(fact.taskId, { list: fact.priority, place: sent.size })
      if (fact.kind !== 'slot' || fact.taskId === null || started.has(fact.taskId)) return
      const message = sent.get(fact.taskId)
      if (message === undefined) return
      started.add(fact.taskId)
      order.push(message)
    },
    verdict() {
      const seen = [...new Set([...sent.values()].map(({ list }) => list))].sort((left, right) => left - right)
      const inOrder = order.every((message, index) => index === 0 || isBefore(order[index - 1] ?? message, message))
      const passed = seen.length >= lists && (begun === undefined || (order.length >= begun && inOrder))
      const where = `Messages lie in ${counted(seen.length, 'list')}${seen.length === 0 ? '' : ` (${seen.join(', ')})`}`
      const how = order.length === 0 ? '' : `; tasks began from the lists ${order.map(({ list }) => list).join(', ')}`
      if (passed) return { passed, observed: `${where}${how}.` }
      if (seen.length < lists) return { passed, observed: `${where}${how}. Waiting for ${lists} lists.` }
      if (!inOrder)
        return { passed, observed: `${where}${how}: not in order. Reset the step and let them all wait first.` }
      return { passed, observed: `${where}${how}. Waiting for ${counted(begun ?? 0, 'task')} to begin.` }
    },
  }
}

function isBefore(left: Sent, right: Sent): boolean {
  return left.list < right.list || (left.list === right.list && left.place < right.place)
}
