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
import { whenReady } from './start-answer.js'
import { exitFact, forkEntry, killChild, stopChild, type Surroundings } from './surroundings.js'

export interface BeatOrder {
  readonly environment: LearnerEnvironment
  readonly signal?: AbortSignal | undefined
}

/** A message that is being sent to a broker that does not answer is not waited for any longer. */
const STOPPED_WITHIN_MS = 5_000

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
    const { book } = this.#surroundings
    await mkdir(dirname(this.#scheduleFile), { recursive: true }).catch(() => undefined) // beat says what is wrong with the file
    this.#expecting = false
    const child: Beat = forkEntry('beat', this.name, this.#surroundings)
    this.#child = child
    book.started(this.name, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', environment, appModule: 'tasks', schedule: this.#scheduleFile, loglevel: 'INFO' })
    return whenReady({ name: this.name, child, surroundings: this.#surroundings, kill: () => this.kill(), signal })
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
    await killChild(child)
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
      case 'sleeping': // between two runs; `nextRunsMs` says more
      case 'importing': // for start-answer.ts
        return
    }
  }

  #ended(child: Beat, exit: Exit): void {
    if (this.#child === child) this.#child = null
    this.#surroundings.book.exited(this.name, exitFact(exit, this.#expecting))
  }
}
