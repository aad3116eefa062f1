/**
 * `published`: the messages that came of one request: how large they were, and whether they were sent only after the page's transaction
 * had been committed; with `mails`, also whether so many different mails came of them. Messages that a worker sends while the request
 * is the latest belong to it as well.
 */
import * as v from 'valibot'
import { matchesRequest } from './http.js'
import { firstGreen, type Verdict, type Watch } from './watch.js'
import { counted } from './wording.js'

export const publishedCheck = v.strictObject({
  kind: v.literal('published'),
  path: v.pipe(v.string(), v.startsWith('/')),
  atLeast: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  /** Every one of them is smaller. */
  underBytes: v.exactOptional(v.number()),
  /** The tasks of these messages have sent so many mails, each with its own key. */
  mails: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** The web process has committed a row of this table in the same request, before the first of them. */
  afterCommitOf: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
})
export type PublishedCheck = v.InferOutput<typeof publishedCheck>

interface Request {
  messages: number
  readonly tasks: Set<string>
  readonly mails: Set<string>
  largest: number
  committed: boolean
  /** Messages sent before there was a committed row. */
  early: number
}

export function watchPublished(wanted: PublishedCheck): Watch {
  let requests: readonly Request[] = []
  let latest: Request | null = null
  /** Transactions of the web process that have written to the table. */
  const written = new Set<string>()
  return {
    see({ fact }, situation) {
      if (fact.kind === 'http-request') {
        latest = matchesRequest(wanted, fact) ? newRequest() : null
        if (latest !== null) requests = [...requests.slice(-49), latest]
      }
      if (fact.kind === 'ledger-row' && fact.effect === 'mail' && !fact.refused && fact.taskId !== null)
        for (const one of requests) if (one.tasks.has(fact.taskId)) one.mails.add(fact.key)
      if (latest === null) return
      if (fact.kind === 'db-row' && fact.table === wanted.afterCommitOf && situation.roleOfPid(fact.pid) === 'web') {
        if (fact.transaction === null) latest.committed = true
        else written.add(fact.transaction)
      }
      if (fact.kind === 'db-transaction' && fact.phase === 'committed' && written.has(fact.transaction))
        latest.committed = true
      if (fact.kind === 'message-published' && !fact.redelivered) {
        latest.messages += 1
        latest.tasks.add(fact.taskId)
        latest.largest = Math.max(latest.largest, fact.bytes)
        if (!latest.committed) latest.early += 1
      }
    },
    verdict() {
      const verdicts = requests.map((request) => judgeRequest(wanted, request))
      return firstGreen(verdicts, `No request to ${wanted.path} seen yet.`)
    },
  }
}

const newRequest = (): Request => ({
  messages: 0,
  tasks: new Set(),
  mails: new Set(),
  largest: 0,
  committed: false,
  early: 0,
})

function judgeRequest({ atLeast, underBytes, afterCommitOf, mails }: PublishedCheck, request: Request): Verdict {
  const { messages, largest, committed, early } = request
  const numbers = `${counted(messages, 'message')}, the largest of ${largest} bytes`
  const red = (missing: string): Verdict => ({ passed: false, observed: `${numbers}. ${missing}` })
  if (messages < atLeast) return red(`Waiting for ${atLeast}.`)
  if (underBytes !== undefined && largest >= underBytes) return red(`Each has to be under ${underBytes} bytes.`)
  if (afterCommitOf !== undefined && !committed) return red(`No row in ${afterCommitOf} was committed.`)
  if (afterCommitOf !== undefined && early > 0)
    return red(`${early} of them were sent before the row in ${afterCommitOf} was committed.`)
  if (mails !== undefined && request.mails.size < mails)
    return red(`${request.mails.size} of the ${mails} mails have come of them so far.`)
  return { passed: true, observed: `${numbers}${afterCommitOf === undefined ? '' : ', all after the commit'}.` }
}
