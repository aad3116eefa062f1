/**
 * One beat as one of the lab's processes: start, stop, what it says of its schedule. It reads the code when it starts and never
 * again, as Celery's does, so a saved file makes it stale and nothing else.
 */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Reply } from '../contract/problem.js'
import type { ProcessName } from '../contract/topology.js'
import type { BeatToLab, LabToBeat } from '../processes/messages/beat-messages.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { DONE, cancelled, processDidNotStart, processTooSlow, refuse } from './problems.js'
import { exitFact, forkEntry, stopChild, type Surroundings } from './surroundings.js'

export interface BeatOrder {
  readonly environment: LearnerEnvironment
  readonly signal?: AbortSignal | undefined
}

const READY_WITHIN_SECONDS = 60
const LAST_WORDS_LINES = 12
/** A message that is being sent to a broker that does not answer is not waited for any longer. */
const STOPPED_WITHIN_MS = 5_000
const GONE_WITHIN_MS = 2_000

type Beat = ChildHandle<LabToBeat, BeatToLab>

export class BeatProcess {
  readonly name: ProcessName
  readonly #surroundings: Surroundings
  /** Absolute. Outlives the process: that is how a restarted beat knows what it missed. */
  readonly #scheduleFile: string
  #child: Beat | null = null
  #expecting = false

  constructor(name: ProcessName, scheduleFile: string, surroundings: Surroundings) {
    this.name = name
    this.#scheduleFile = scheduleFile
    this.#surroundings = surroundings
  }

  get running(): boolean {
    return this.#child !== null
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  get scheduleFile(): string {
    return this.#scheduleFile
  }

  async start({ environment, signal }: BeatOrder): Promise<Reply<null>> {
    const { book, terminals } = this.#surroundings
    await mkdir(dirname(this.#scheduleFile), { recursive: true }).catch(() => undefined) // beat says what is wrong with the file
    this.#expecting = false
    const child: Beat = forkEntry('beat', this.name, this.#surroundings)
    this.#child = child
    book.started(this.name, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', environment, appModule: 'tasks', schedule: this.#scheduleFile, loglevel: 'INFO' })
    const answer = await child.next(isStartAnswer, { timeoutMs: READY_WITHIN_SECONDS * 1000, signal })
    if (answer.kind === 'message' && answer.message.kind === 'ready') return DONE
    if (answer.kind === 'exited')
      return refuse(processDidNotStart(this.name, answer.exit, terminals.lastLines(this.name, LAST_WORDS_LINES)))
    await this.kill()
    if (answer.kind === 'message' && answer.message.kind === 'refused') return refuse(answer.message.problem)
    return refuse(answer.kind === 'aborted' ? cancelled() : processTooSlow(this.name, READY_WITHIN_SECONDS))
  }

  /** What is on its way is sent, and the schedule saved. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    this.#surroundings.book.stopping(this.name)
    await stopChild(child, { kind: 'stop' }, STOPPED_WITHIN_MS)
  }

  /** SIGKILL by the lab: expected. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    child.kill()
    await child.exitedWithin(GONE_WITHIN_MS)
  }

  #hear(child: Beat, message: BeatToLab): void {
    const { book, tell } = this.#surroundings
    const process = this.name
    switch (message.kind) {
      case 'ready':
        tell({ kind: 'code-loaded', process, pid: child.pid, fingerprint: message.fingerprint, tasks: [] })
        book.ready(process, message.fingerprint)
        return
      case 'refused':
        tell({ kind: 'code-refused', process, fingerprint: message.fingerprint, problem: message.problem })
        return
      case 'planned': {
        const { entry, task, schedule, nextRunsMs } = message
        return tell({ kind: 'beat-planned', process, entry, task, schedule, nextRunsMs })
      }
      case 'due': {
        const { entry, task, nextRunsMs } = message
        return tell({ kind: 'beat-due', process, entry, task, nextRunsMs })
      }
      case 'sent': {
        const { entry, task, taskId } = message
        return tell({ kind: 'beat-sent', process, entry, task, taskId })
      }
      case 'not-sent': {
        const { entry, task, error } = message
        return tell({ kind: 'beat-not-sent', process, entry, task, error })
      }
      case 'sleeping':
        return // between two runs; `nextRunsMs` says more
    }
  }

  #ended(child: Beat, exit: Exit): void {
    if (this.#child === child) this.#child = null
    this.#surroundings.book.exited(this.name, exitFact(exit, this.#expecting))
  }
}

type StartAnswer = Extract<BeatToLab, { kind: 'ready' | 'refused' }>

function isStartAnswer(message: BeatToLab): message is StartAnswer {
  return message.kind === 'ready' || message.kind === 'refused'
}
