/**
 * `deferred`: one request that answered fast *and* whose work was done later by somebody else. Ties three facts together by task id:
 * the `http-response`, the messages the web process published while the request was open, and the ledger rows of those tasks.
 * Rows of another request do not count, so a mail lost on the way keeps the check red. With no effects wanted, it is the opposite: the
 * work was handed over and is *not* done.
 */
import * as v from 'valibot'
import type { FactOf } from '../../contract/feed.js'
import { matchesRequest } from './http.js'
import type { Verdict, Watch } from './watch.js'
import { counted, duration } from './wording.js'

export const deferredCheck = v.strictObject({
  kind: v.literal('deferred'),
  method: v.exactOptional(v.picklist(['GET', 'POST'])),
  path: v.exactOptional(v.pipe(v.string(), v.startsWith('/'))),
  underMs: v.exactOptional(v.number()),
  effect: v.picklist(['mail', 'api', 'file']),
  /** Side effects that one request must cause, each with its own key; 0: none may have happened so far. */
  effects: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Only effects of tasks that had read a row of this table themselves. */
  read: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
})
export type DeferredCheck = v.InferOutput<typeof deferredCheck>

/** One request to the page, and what became of it. */
interface Attempt {
  readonly requestId: string
  response: FactOf<'http-response'> | null
  /** Task id → keys of its ledger rows. */
  readonly tasks: Map<string, Set<string>>
  /** Effects the web process did itself while it was the latest request. */
  ownEffects: number
}

export function watchDeferred(wanted: DeferredCheck): Watch {
  let attempts: Attempt[] = []
  const readers = new Set<string>()
  /** The latest request of any path: messages belong to it. As observed from outside, so a message may be seen just after its answer. */
  let latest: Attempt | null = null

  return {
    see({ fact }, situation) {
      if (fact.kind === 'http-request') {
        latest = matchesRequest(wanted, fact)
          ? { requestId: fact.requestId, response: null, tasks: new Map(), ownEffects: 0 }
          : null
        if (latest !== null) attempts = [...attempts.slice(-49), latest]
      }
      if (fact.kind === 'http-response') {
        const attempt = attempts.find((one) => one.requestId === fact.requestId)
        if (attempt !== undefined) attempt.response = fact
      }
      if (fact.kind === 'message-published' && !fact.redelivered) {
        const role = situation.roleOfName(fact.by)
        if (role === 'web') latest?.tasks.set(fact.taskId, new Set())
        // A task that sends tasks: what a worker publishes belongs to the requests under way.
        else if (role === 'worker' || role === 'pool-process')
          for (const one of attempts)
            if (one.tasks.size > 0 && !one.tasks.has(fact.taskId)) one.tasks.set(fact.taskId, new Set())
      }
      if (fact.kind === 'db-read' && fact.found && fact.table === wanted.read && fact.taskId !== null)
        readers.add(fact.taskId)
      if (fact.kind === 'ledger-row' && fact.effect === wanted.effect && !fact.refused) {
        const role = situation.roleOfPid(fact.pid)
        if (role === 'web' && latest !== null) latest.ownEffects += 1
        const reads = wanted.read === undefined || readers.has(fact.taskId ?? '')
        if (role !== null && role !== 'web' && fact.taskId !== null && reads) {
          for (const one of attempts) one.tasks.get(fact.taskId)?.add(fact.key)
        }
      }
    },
    verdict() {
      const verdicts = attempts.map((attempt) => verdictOf(wanted, attempt))
      const page = [wanted.method, wanted.path].filter((part) => part !== undefined).join(' ') || 'request'
      const goal = wanted.effects === 0 ? 'that leaves a message' : `whose ${wanted.effect} is done by another process`
      const none = `No ${page} seen yet. Waiting for an answer${inTime(wanted)} ${goal}.`
      return verdicts.find((one) => one.passed) ?? verdicts.at(-1) ?? { passed: false, observed: none }
    },
  }
}

function verdictOf(wanted: DeferredCheck, { response, tasks, ownEffects }: Attempt): Verdict {
  if (response === null) return { passed: false, observed: 'A request is open; no answer yet.' }
  const name = `${response.method} ${response.path}`
  const answered = `${name} answered ${response.status} after ${duration(response.durationMs)}`
  const red = (observed: string): Verdict => ({ passed: false, observed })
  if (response.status < 200 || response.status > 299) return red(`${answered}. Waiting for a 2xx.`)
  if (wanted.underMs !== undefined && response.durationMs >= wanted.underMs) {
    return red(`${answered}. Waiting for an answer${inTime(wanted)}.`)
  }
  if (tasks.size === 0) {
    const own = ownEffects > 0 ? `, and the web process itself did ${counted(ownEffects, wanted.effect)}` : ''
    return red(`${answered}, but published no message${own}. Waiting for the work to be handed over.`)
  }
  const keys = new Set([...tasks.values()].flatMap((own) => [...own]))
  if (wanted.effects === 0) return notDone(wanted, answered, tasks.size, keys.size)
  const reader = wanted.read === undefined ? '' : ` whose task had read its row in ${wanted.read}`
  const numbers = `${answered}; ${keys.size} of ${counted(wanted.effects, wanted.effect)} done by a worker's child${reader}`
  const passed = keys.size >= wanted.effects
  return { passed, observed: passed ? `${numbers}.` : `${numbers}, ${wanted.effects - keys.size} still missing.` }
}

function notDone(wanted: DeferredCheck, answered: string, messages: number, done: number): Verdict {
  const left = `${answered} and left ${counted(messages, 'message')}`
  if (done === 0) return { passed: true, observed: `${left}; no ${wanted.effect} has been sent.` }
  return {
    passed: false,
    observed: `${left}, but ${counted(done, wanted.effect)} went out already. Waiting for one that does not.`,
  }
}

function inTime({ underMs }: DeferredCheck): string {
  return underMs === undefined ? '' : ` in under ${duration(underMs)}`
}
