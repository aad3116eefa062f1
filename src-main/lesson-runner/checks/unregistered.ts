/**
 * `unregistered`: a worker was sent a task name that it does not know, said so in its log, and the broker has forgotten the message.
 * With `mended`, the same worker, not started anew since, has then caused a side effect: the sender uses a name that it knows.
 */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { listed } from './wording.js'

export const unregisteredCheck = v.strictObject({
  kind: v.literal('unregistered'),
  mended: v.exactOptional(v.boolean(), false),
})
export type UnregisteredCheck = v.InferOutput<typeof unregisteredCheck>

const LINE = /Received unregistered task of type '([^']+)'/

export function watchUnregistered(wanted: UnregisteredCheck): Watch {
  const names = new Map<string, string>()
  const acked = new Set<string>()
  const unknown = new Set<string>()
  /** Workers that met an unknown name and are the same processes still. */
  const workers = new Set<string>()
  let mendedBy: string | null = null
  return {
    see({ fact }, situation) {
      if (fact.kind === 'message-published') names.set(fact.taskId, fact.taskName)
      if (fact.kind === 'message-acked') acked.add(names.get(fact.taskId) ?? '')
      if (fact.kind === 'process-started' && fact.role === 'worker') workers.delete(fact.process)
      if (fact.kind === 'log-line' && situation.roleOfName(fact.process) === 'worker') {
        const name = LINE.exec(fact.text)?.[1]
        if (name === undefined) return
        unknown.add(name)
        workers.add(fact.process)
      }
      if (fact.kind === 'ledger-row' && !fact.refused && fact.taskId !== null) {
        const worker = situation.workerOfPid(fact.pid)
        if (worker !== null && workers.has(worker)) mendedBy = worker
      }
    },
    verdict() {
      if (unknown.size === 0)
        return { passed: false, observed: 'No worker has been sent a name that it does not know yet.' }
      const met = `Unknown to the worker: ${listed([...unknown])}`
      if (![...unknown].some((name) => acked.has(name)))
        return { passed: false, observed: `${met}. Waiting until the broker has forgotten the message.` }
      if (!wanted.mended) return { passed: true, observed: `${met}. Its message is gone from the broker.` }
      if (mendedBy !== null) return { passed: true, observed: `${mendedBy}, not restarted, does the work again.` }
      const restarted = workers.size === 0 ? ' The worker has been started anew since then.' : ''
      return {
        passed: false,
        observed: `${met}.${restarted} Waiting for work that is done by the worker that did not know the name.`,
      }
    },
  }
}
