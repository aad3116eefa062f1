/** What faults may touch in the lab, as src-main/faults asks for it: workers by name, the world's settings, Redis, beat. */
import type { FactOf } from '../contract/feed.js'
import type { Reply } from '../contract/problem.js'
import type { FaultTargets } from '../faults/apply-fault.js'
import type { Ground } from './ground.js'
import type { LearnersProcesses } from './learners-processes.js'
import type { ProcessBook } from './process-book.js'

export interface FaultTargetParts {
  readonly book: ProcessBook
  readonly ground: Ground
  readonly learners: LearnersProcesses
  /** A second beat is started in turn: not into a start state that is being built. */
  readonly turn: (work: () => Promise<Reply<null>>) => Promise<Reply<null>>
  readonly tell: (fact: FactOf<'fault'>) => void
}

export function faultTargets({ book, ground, learners, turn, tell }: FaultTargetParts): FaultTargets {
  const { beats } = learners
  return {
    worker: (name) => {
      const pid = learners.worker(name)?.pid ?? null
      return pid === null ? null : { pid, children: book.children(name) }
    },
    webPid: () => learners.web.pid,
    setMail: (mail) => ground.world.set({ mail }),
    flushResults: () => ground.broker.flushResults(),
    deafenMonitor: (forMs, over) => ground.broker.monitor.deafFor(forMs, over),
    setApi: (api) => ground.world.set({ api }),
    holdMails: (look) => ground.world.holdMails(look === null ? null : (row) => look(row.pid)),
    setDatabase: (db) => ground.world.set({ db }),
    redis: ground.outages,
    beat: {
      pid: () => beats.pid,
      startSecond: () => turn(() => beats.startSecond()),
      stopSecond: () => turn(() => beats.stopSecond()),
    },
    tell,
  }
}
