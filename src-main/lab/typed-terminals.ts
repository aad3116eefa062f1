/** Both terminals that the learner types into, by name, and what happens to them when files are saved or a step begins. */
import { join } from 'node:path'
import type { Reply } from '../contract/problem.js'
import { TYPED_TERMINALS, type ProcessName, type TypedTerminalName } from '../contract/topology.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { RunningNames, TerminalSize } from '../processes/messages/terminal-messages.js'
import type { TypedInto } from './lab-interface.js'
import { DONE, cancelled, labNotReady, refuse } from './problems.js'
import type { Surroundings } from './surroundings.js'
import { TypedTerminal, type StepBegun } from './typed-terminal.js'

export interface TypedTerminalsOptions {
  readonly surroundings: Surroundings
  readonly environment: (name: ProcessName) => Promise<LearnerEnvironment>
  readonly names: () => RunningNames
  /** Of the learner's files as they are saved now. */
  readonly fingerprint: () => string
  /** There is a Redis, and a folder with the learner's files. */
  readonly mayRun: () => boolean
}

const ENTRIES = { python: 'python-prompt', console: 'console' } as const
const WAIT_SECONDS = 30

export class TypedTerminals implements TypedInto {
  readonly #options: TypedTerminalsOptions
  readonly #terminals: Readonly<Record<TypedTerminalName, TypedTerminal>>
  /** Shown in the window: one that a new step ended starts again without being asked. */
  readonly #wanted = new Set<TypedTerminalName>()

  constructor(options: TypedTerminalsOptions) {
    this.#options = options
    const { surroundings, environment, names, fingerprint } = options
    const terminal = (name: TypedTerminalName): TypedTerminal =>
      new TypedTerminal({
        name,
        surroundings,
        entry: ENTRIES[name],
        historyFile: join(surroundings.places.dataFolder, 'typed', `${name}.txt`),
        environment: () => environment(name),
        names,
        // Python gets the files when it starts and when they are saved; the console leaves them where they are.
        filesOf: name === 'python' ? fingerprint : () => null,
      })
    this.#terminals = { python: terminal('python'), console: terminal('console') }
  }

  open(name: TypedTerminalName, size: TerminalSize): Promise<Reply<null>> {
    this.#wanted.add(name)
    this.#terminals[name].resize(size)
    return this.#options.mayRun() ? this.#terminals[name].start() : Promise.resolve(DONE)
  }

  input(name: TypedTerminalName, data: string): Reply<null> {
    if (!this.#options.mayRun()) return refuse(labNotReady())
    this.#terminals[name].input(data)
    return DONE
  }

  resize(name: TypedTerminalName, size: TerminalSize): Reply<null> {
    this.#terminals[name].resize(size)
    return DONE
  }

  async typeLine({
    terminal,
    line,
    waitSeconds = WAIT_SECONDS,
    signal,
  }: Parameters<TypedInto['typeLine']>[0]): Promise<Reply<null>> {
    if (!this.#options.mayRun()) return refuse(labNotReady())
    if (signal?.aborted === true) return refuse(cancelled())
    return this.#terminals[terminal].typeLine(line, { waitMs: waitSeconds * 1000, signal })
  }

  restart(name: TypedTerminalName): Promise<Reply<null>> {
    return this.#options.mayRun() ? this.#terminals[name].restart() : Promise.resolve(refuse(labNotReady()))
  }

  filesSaved(names: readonly string[]): void {
    for (const terminal of Object.values(this.#terminals)) terminal.filesSaved(names)
  }

  /** What runs belongs to the step before, and so does what was imported from other files. */
  async endForNewStep(step: StepBegun): Promise<void> {
    const ending = TYPED_TERMINALS.filter((name) => {
      const terminal = this.#terminals[name]
      return terminal.running && !terminal.isFresh(step)
    })
    await Promise.all(
      ending.map(async (name) => {
        await this.#terminals[name].kill()
        this.#options.surroundings.terminals.note(name, 'A new step begins, with a new one.')
      }),
    )
  }

  startWanted(): void {
    for (const name of this.#wanted) void this.#terminals[name].start()
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#terminals).map((terminal) => terminal.kill()))
  }
}
