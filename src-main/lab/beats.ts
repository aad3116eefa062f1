/**
 * Beat of the present topology, and the second one that a fault starts beside it. Each has a link to Redis and a schedule file
 * of its own, as two beats on two servers would. A saved file restarts neither: beat reads its schedule when it starts.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reply } from '../contract/problem.js'
import { BEAT, SECOND_BEAT, type ProcessName, type Topology } from '../contract/topology.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import { BeatProcess } from './beat-process.js'
import { DONE, cancelled, notRunning, refuse } from './problems.js'
import type { Surroundings } from './surroundings.js'

export interface BeatsOptions {
  readonly surroundings: Surroundings
  readonly environment: (name: ProcessName) => Promise<LearnerEnvironment>
}

export class Beats {
  readonly #options: BeatsOptions
  readonly #first: BeatProcess
  readonly #second: BeatProcess
  #wanted = false
  /** It was to start, and its code did not load: a better version starts it. */
  #withoutCode = false

  constructor(options: BeatsOptions) {
    this.#options = options
    const { surroundings } = options
    const scheduleFile = (name: ProcessName): string =>
      join(surroundings.places.dataFolder, 'beat', name, 'celerybeat-schedule')
    this.#first = new BeatProcess(BEAT, scheduleFile(BEAT), surroundings)
    this.#second = new BeatProcess(SECOND_BEAT, scheduleFile(SECOND_BEAT), surroundings)
  }

  /** Null while it does not run. */
  get pid(): number | null {
    return this.#first.pid
  }

  /** None of an earlier topology may run any more. */
  adopt({ beat }: Topology): void {
    const { book } = this.#options.surroundings
    this.#wanted = beat !== undefined
    this.#withoutCode = false
    if (!this.#second.running) book.forget(SECOND_BEAT)
    if (this.#wanted) book.declare(BEAT, 'beat', null)
    else if (!this.#first.running) book.forget(BEAT)
  }

  async start(signal?: AbortSignal): Promise<Reply<null>> {
    if (!this.#wanted) return refuse(notRunning('Beat', 'Choose a step that has one.'))
    if (this.#first.running) return DONE
    const reply = await this.#startOne(this.#first, signal)
    this.#withoutCode = !reply.ok
    return reply
  }

  async stop(): Promise<Reply<null>> {
    if (!this.#first.running) return refuse(notRunning('Beat', 'Start beat first.'))
    await this.#first.stop()
    return DONE
  }

  async restart(): Promise<Reply<null>> {
    await this.#first.stop()
    return this.start()
  }

  async startSecond(): Promise<Reply<null>> {
    const { book } = this.#options.surroundings
    if (!this.#first.running) return refuse(notRunning('Beat', 'Start beat first: a second one needs a first.'))
    if (this.#second.running) return DONE
    await forgetRuns(this.#second)
    book.declare(SECOND_BEAT, 'beat', null)
    const reply = await this.#startOne(this.#second)
    if (!reply.ok) book.forget(SECOND_BEAT)
    return reply
  }

  async stopSecond(): Promise<Reply<null>> {
    if (!this.#second.running) return refuse(notRunning('A second beat', 'There is one beat at most now.'))
    await this.#second.stop()
    if (!this.#second.running) this.#options.surroundings.book.forget(SECOND_BEAT)
    return DONE
  }

  /** For a new start state: nobody knows of earlier runs. */
  async forgetRuns(): Promise<void> {
    await Promise.all([forgetRuns(this.#first), forgetRuns(this.#second)])
  }

  async killAll(): Promise<void> {
    await Promise.all([this.#first.kill(), this.#second.kill()])
  }

  /** The saved code is good. A beat that runs goes on with the schedule it has, and says so. */
  async codeSaved(): Promise<Reply<null>> {
    for (const beat of [this.#first, this.#second])
      if (beat.running)
        this.#options.surroundings.terminals.note(
          beat.name,
          'The code was saved. Beat reads its schedule when it starts: this one goes on with the schedule it has.',
        )
    return this.#withoutCode && !this.#first.running ? this.start() : DONE
  }

  async #startOne(beat: BeatProcess, signal?: AbortSignal): Promise<Reply<null>> {
    const environment = await this.#options.environment(beat.name)
    if (this.#options.surroundings.stopping.aborted) return refuse(cancelled())
    return beat.start({ environment, signal })
  }
}

/** In a data folder that takes no files there is nothing to forget. */
async function forgetRuns(beat: BeatProcess): Promise<void> {
  await rm(beat.scheduleFile, { force: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTDIR') throw error
  })
}
