/** `wire`: what went over the broker connection: task messages published, reserved, acked or restored. From Redis' own command stream. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const wireCheck = v.strictObject({
  kind: v.literal('wire'),
  what: v.picklist(['published', 'reserved', 'acked', 'restored']),
  /** Who sent the command: `web` or `worker`. */
  by: v.exactOptional(v.picklist(['web', 'worker'])),
  queue: v.exactOptional(v.string()),
  task: v.exactOptional(v.string()),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})
export type WireCheck = v.InferOutput<typeof wireCheck>

export function watchWire(wanted: WireCheck): Watch {
  const deliveries = new Set<string>()
  return {
    see({ fact }, situation) {
      if (fact.kind !== `message-${wanted.what}` || !('deliveryTag' in fact)) return
      if (wanted.by !== undefined && !sentBy(wanted.by, situation.roleOfName(fact.by))) return
      if (wanted.queue !== undefined && 'queue' in fact && fact.queue !== wanted.queue) return
      if (wanted.task !== undefined && 'taskName' in fact && fact.taskName !== wanted.task) return
      deliveries.add(fact.deliveryTag)
    },
    verdict() {
      const by = wanted.by === undefined ? '' : ` by the ${wanted.by} process`
      const numbers = `${counted(deliveries.size, 'message')} ${wanted.what}${by}`
      const passed = deliveries.size >= wanted.atLeast
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for ${wanted.atLeast}.` }
    },
  }
}

/** A pool process publishes over its worker's place in the lab. */
function sentBy(wanted: 'web' | 'worker', role: string | null): boolean {
  return wanted === role || (wanted === 'worker' && role === 'pool-process')
}
