/** Brings the lab to a step's start state, by the smallest change that will do (start-state.ts decides), and lets `prepare` run. */
import type { FaultOrder } from '../../contract/fault-orders.js'
import type { Problem, Reply } from '../../contract/problem.js'
import type { Topology } from '../../contract/topology.js'
import type { Lab } from '../../lab/lab-interface.js'
import type { Situation } from '../checks/situation.js'
import type { Step } from '../format/lesson.js'
import { CANCELLED, carryOut, type Hands } from './carry-out.js'
import { planStart, type Change } from './start-state.js'
import { waitFor } from './waiting.js'

export interface Destination {
  readonly phase: string
  readonly step: Step
  readonly workdir: string
  /** What stands may stay if it fits: the learner goes on, and nothing that runs has other files. */
  readonly mayKeep: boolean
  readonly hands: Hands
  readonly say: (busy: string) => void
}

/** Work under way may end by itself before a step begins; longer than this, and the stage is built anew. */
const SETTLE_MS = 6_000
const CHANGE_MS = 40_000
const PREPARE_MS = 15_000
const DONE: Reply<null> = { ok: true, value: null }

export class StageKeeper {
  private readonly lab: Lab
  private readonly situation: Situation
  private stands = false
  private built: Topology | null = null

  constructor(lab: Lab, situation: Situation) {
    this.lab = lab
    this.situation = situation
  }

  isBuilt(): boolean {
    return this.stands
  }

  async bring(destination: Destination): Promise<Reply<null>> {
    const { step, mayKeep } = destination
    const asksNothing = step.lab.topology === undefined && (step.lab.kind === 'quiz' || step.lab.kind === 'note')
    if (this.stands && mayKeep && asksNothing) return DONE
    if (this.stands && mayKeep && (await this.adjust(destination))) return DONE
    if (destination.hands.signal.aborted) return this.cancelled()
    return this.build(destination)
  }

  /** False: it takes a new building. */
  private async adjust({ step, hands, say }: Destination): Promise<boolean> {
    const { situation } = this
    const record = this.lab.record
    if (!situation.idle()) say('Waiting for what is still running to end…')
    const settled = await waitFor({ record, holds: () => situation.idle(), timeoutMs: SETTLE_MS, signal: hands.signal })
    if (settled !== 'held') return false
    const { stands, built } = this
    const present = { stands, built, view: this.lab.view(), sameFiles: true, waiting: situation.waitingInAll() }
    const plan = planStart(present, { topology: step.topology, waiting: step.lab.waiting })
    if (plan.how === 'build') return false
    for (const change of plan.changes) {
      say(inWords(change))
      const reply = await carryOut([change], hands)
      if (!reply.ok) return false
    }
    if (plan.changes.length === 0) return true
    const holds = (): boolean => this.isAsWanted(step)
    return (await waitFor({ record, holds, timeoutMs: CHANGE_MS, signal: hands.signal })) === 'held'
  }

  /** By the facts, which the checks go by, not only by the lab's view. */
  private isAsWanted({ topology }: Step): boolean {
    const wanted = topology.workers.filter((worker) => worker.running).length
    const mail = this.situation.mail()
    const mailIs = mail !== null && mail.running === topology.mail.running && mail.delayMs === topology.mail.delayMs
    return mailIs && this.situation.running('worker') === wanted && this.situation.ready('worker') === wanted
  }

  private async build({ phase, step, workdir, hands, say }: Destination): Promise<Reply<null>> {
    say('Building the start state: stopping what runs, emptying the queues, starting what this step needs…')
    this.stands = false
    const built = await this.lab.build({
      topology: step.topology,
      workdir,
      lesson: phase,
      step: step.id,
      signal: hands.signal,
    })
    if (hands.signal.aborted) return this.cancelled()
    if (!built.ok) return built
    this.stands = true
    this.built = step.topology
    if (step.lab.prepare.length === 0) return DONE
    say('Preparing what this step begins with…')
    const prepared = await carryOut(step.lab.prepare, hands)
    if (!prepared.ok) return prepared
    const holds = (): boolean => this.situation.waitingInAll() >= step.lab.waiting
    const outcome = await waitFor({ record: this.lab.record, holds, timeoutMs: PREPARE_MS, signal: hands.signal })
    if (outcome === 'cancelled') return this.cancelled()
    return outcome === 'held' ? DONE : { ok: false, problem: this.notPrepared(step) }
  }

  private cancelled(): Reply<null> {
    this.stands = false
    return { ok: false, problem: { ...CANCELLED, meaning: 'The start state of this step is not complete.' } }
  }

  private notPrepared(step: Step): Problem {
    return {
      code: 'start-state-incomplete',
      what: `This step begins with ${step.lab.waiting} waiting in the queue, and ${this.situation.waitingInAll()} came to wait there.`,
      meaning: 'Your version of the code did not publish what the step needs.',
      next: 'Press “Reset step” to begin it with the step’s own files; yours are kept.',
    }
  }
}

function inWords(change: Change): string {
  switch (change.do) {
    case 'start-worker':
      return `Starting ${change.worker}…`
    case 'stop-worker':
      return `Stopping ${change.worker}…`
    case 'fault':
      return `Setting ${SET_BY_FAULT[change.fault.kind] ?? 'the mail server'}…`
  }
}

/** What start-state.ts changes by faults; the others are about mail. */
const SET_BY_FAULT: Partial<Record<FaultOrder['kind'], string>> = {
  'slow-commit': 'the database',
  'slow-api': 'the seat-map API',
  'flaky-api': 'the seat-map API',
  'limit-api': 'the seat-map API',
  'stop-api': 'the seat-map API',
  'start-api': 'the seat-map API',
}
