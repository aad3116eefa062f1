/**
 * How the lab waits for a process that it has started. A start has parts, and each has its own time:
 * Python's own start is this machine's, the import of the files is the learner's, what comes then is the broker's. Who is late
 * is told which of them it was.
 */
import type { Problem, Reply } from '../contract/problem.js'
import type { Awaited, ChildHandle } from './child-handle.js'
import { DONE, cancelled, processDidNotStart, processTooSlow, refuse, type StartPart } from './problems.js'
import type { Surroundings } from './surroundings.js'

type PartLimits = Readonly<Record<StartPart, number>>

const WITHIN_SECONDS: PartLimits = { python: 180, import: 60, service: 60 }
const PARTS: readonly StartPart[] = ['python', 'import', 'service']
const LAST_WORDS_LINES = 12

/** What it says on its way, and which part of its start then begins. */
const BEGINS: Readonly<Record<string, StartPart>> = { importing: 'import', 'code-loaded': 'service' }

export type StartAnswer<Message> =
  | Exclude<Awaited<Message>, { readonly kind: 'too-late' }>
  | { readonly kind: 'too-late'; readonly part: StartPart; readonly seconds: number }

export async function startAnswer<
  ToChild extends object,
  FromChild extends { readonly kind: string },
  Wanted extends FromChild,
>(
  child: ChildHandle<ToChild, FromChild>,
  isAnswer: (message: FromChild) => message is Wanted,
  { signal, within = WITHIN_SECONDS }: { readonly signal?: AbortSignal | undefined; readonly within?: PartLimits } = {},
): Promise<StartAnswer<Wanted>> {
  let part: StartPart = 'python'
  const answer = await child.next(isAnswer, {
    timeoutMs: within[part] * 1000,
    moreMs: ({ kind }) => {
      const begins = BEGINS[kind]
      // Each pool process of a worker says it; a part that one of them has ended has ended.
      if (begins === undefined || PARTS.indexOf(begins) <= PARTS.indexOf(part)) return null
      part = begins
      return within[part] * 1000
    },
    signal,
  })
  return answer.kind === 'too-late' ? { kind: 'too-late', part, seconds: within[part] } : answer
}

type Ready = { readonly kind: 'ready' }
type Refused = { readonly kind: 'refused'; readonly problem: Problem }

export interface Started<FromChild extends { readonly kind: string }> {
  readonly name: string
  readonly child: ChildHandle<never, FromChild>
  readonly surroundings: Pick<Surroundings, 'terminals'>
  /** What has not started in time, or was refused, is not left running. */
  readonly kill: () => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/** Of a process that says `ready` or `refused`. */
export async function whenReady<FromChild extends { readonly kind: string }>({
  name,
  child,
  surroundings,
  kill,
  signal,
}: Started<FromChild>): Promise<Reply<null>> {
  const isReadyOrRefused = (message: FromChild): message is FromChild & (Ready | Refused) =>
    message.kind === 'ready' || message.kind === 'refused'
  const answer = await startAnswer(child, isReadyOrRefused, { signal })
  if (answer.kind === 'message' && answer.message.kind === 'ready') return DONE
  if (answer.kind === 'exited')
    return refuse(processDidNotStart(name, answer.exit, surroundings.terminals.lastLines(name, LAST_WORDS_LINES)))
  await kill()
  switch (answer.kind) {
    case 'message':
      return refuse((answer.message as Refused).problem)
    case 'aborted':
      return refuse(cancelled())
    case 'too-late':
      return refuse(processTooSlow(name, answer))
  }
}
