/**
 * Builds a lesson step's start state, fast: what is idle and on the same code stays, everything else is killed, broker and
 * outbox are emptied, the world is set, what the topology names is started side by side. Then `stage-reset`.
 */
import { errorText } from '../contract/error-text.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { Fact } from '../contract/feed.js'
import { QUICK_DATABASE, type Topology } from '../contract/topology.js'
import type { BrokerWatch } from './broker-watch.js'
import type { LearnersProcesses } from './learners-processes.js'
import type { RedisOutages } from './redis-outages.js'
import { DONE, brokerUnreachable, cancelled, refuse } from './problems.js'
import type { WorldProcess } from './world-process.js'

export interface StartState {
  readonly topology: Topology
  readonly lesson: string
  readonly step: string
  /** Of the files in the working folder now. */
  readonly fingerprint: string
  readonly signal?: AbortSignal | undefined
}

export interface StartStateParts {
  readonly broker: BrokerWatch
  readonly world: WorldProcess
  readonly outages: RedisOutages
  readonly learners: LearnersProcesses
  readonly tell: (fact: Fact) => void
}

/** A message that moved a moment ago may be on its way between two places. */
const QUIET_MS = 300

export async function buildStartState(state: StartState, parts: StartStateParts): Promise<Reply<null>> {
  const { broker, world, learners, outages } = parts
  const { topology, signal } = state
  if (signal?.aborted === true) return refuse(cancelled())
  try {
    await outages.end()
    const { waiting, unacked } = await broker.state()
    const idle = waiting === 0 && unacked === 0 && broker.quietMs >= QUIET_MS
    await learners.killAll(learners.keepable(topology, state.fingerprint, idle))
    await learners.beats.forgetRuns()
    // After the kills: a process about to die may still publish, and must not do so into the new state.
    await broker.empty()
    await outages.setAppendOnly(topology.redis?.appendOnly ?? false)
  } catch (error) {
    return refuse(brokerUnreachable(errorText(error)))
  }
  if (isAborted(signal)) return refuse(cancelled())
  learners.adopt(topology)
  world.holdMails(null) // a fault that was armed in the step before
  world.clear()
  const started = await firstProblem([
    world.set({ mail: topology.mail, api: topology.api, db: topology.db ?? QUICK_DATABASE }),
    ...(topology.web.running ? [learners.startWeb(signal)] : []),
    ...topology.workers.filter((worker) => worker.running).map((worker) => learners.startWorker(worker.name, signal)),
  ])
  // Last, because it begins to send when it stands.
  const beat = topology.beat?.running === true ? await firstProblem([learners.beats.start(signal)]) : null
  if (isAborted(signal)) return refuse(cancelled())
  // Also when code did not load: the learner is to see the step, and mend the file.
  parts.tell({ kind: 'stage-reset', lesson: state.lesson, step: state.step })
  await broker.tellLengths()
  const problem = started ?? beat
  return problem === null ? DONE : refuse(problem)
}

async function firstProblem(replies: readonly Promise<Reply<null>>[]): Promise<Problem | null> {
  for (const reply of await Promise.all(replies)) if (!reply.ok) return reply.problem
  return null
}

/** Asked again after each wait; the compiler would take the first answer for good. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}
