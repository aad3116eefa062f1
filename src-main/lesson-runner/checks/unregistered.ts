/**
 * `unregistered`: the web app sent a task name that a worker does not know, the worker said so in its log, and the broker has forgotten the
 * message. With `mended`, the same worker, not started anew since, has then done what the same page asks for: the page uses a name that
 * it knows. A name that somebody typed into a terminal, or work that another page asks for, is another matter.
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

/** A message of the web app. */
interface Sent {
  readonly name: string
  /** Of the request that was the latest then. */
  readonly page: string
  acked: boolean
}

export function watchUnregistered(wanted: UnregisteredCheck): Watch {
  const messages = new Map<string, Sent>()
  const unknown = new Set<string>()
  /** Workers that met an unknown name and are the same processes still. */
  const workers = new Set<string>()
  let page = ''
  let mendedBy: string | null = null
  const ofUnknown = (): readonly Sent[] => [...messages.values()].filter(({ name }) => unknown.has(name))
  return {
    see({ fact }, situation) {
      if (fact.kind === 'http-request') page = `${fact.method} ${fact.path.split('?')[0] ?? ''}`
      if (fact.kind === 'message-published' && situation.roleOfName(fact.by) === 'web')
        messages.set(fact.taskId, { name: fact.taskName, page, acked: false })
      if (fact.kind === 'message-acked') {
        const sent = messages.get(fact.taskId)
        if (sent !== undefined) sent.acked = true
      }
      if (fact.kind === 'process-started' && fact.role === 'worker') workers.delete(fact.process)
      if (fact.kind === 'log-line' && situation.roleOfName(fact.process) === 'worker') {
        const name = LINE.exec(fact.text)?.[1]
        if (name === undefined) return
        unknown.add(name)
        workers.add(fact.process)
      }
      if (fact.kind === 'ledger-row' && !fact.refused && fact.taskId !== null) {
        const worker = situation.workerOfPid(fact.pid)
        const sent = messages.get(fact.taskId)
        const samePage = ofUnknown().some((one) => one.page === sent?.page)
        if (worker !== null && workers.has(worker) && samePage) mendedBy = worker
      }
    },
    verdict() {
      const sent = ofUnknown()
      if (sent.length === 0)
        return { passed: false, observed: 'The web app has not sent a name yet that a worker does not know.' }
      const met = `Unknown to the worker: ${listed([...new Set(sent.map(({ name }) => name))])}`
      if (!sent.some(({ acked }) => acked))
        return { passed: false, observed: `${met}. Waiting until the broker has forgotten the message.` }
      if (!wanted.mended) return { passed: true, observed: `${met}. Its message is gone from the broker.` }
      if (mendedBy !== null) return { passed: true, observed: `${mendedBy}, not restarted, does the work again.` }
      const restarted = workers.size === 0 ? ' The worker has been started anew since then.' : ''
      return {
        passed: false,
        observed: `${met}.${restarted} Waiting for work that the same page asks for, done by the worker that did not know the name.`,
      }
    },
  }
}
