/**
 * One terminal that the learner types into, as one of the lab's processes: started when it is first wanted, given keys, and
 * started anew when it ended by `exit()`. What it shows and which lines were entered is told as it happens.
 */
import type { Reply } from '../contract/problem.js'
import type { TypedTerminalName } from '../contract/topology.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type {
  LabToTerminal,
  RunningNames,
  TerminalSize,
  TerminalToLab,
} from '../processes/messages/terminal-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { DONE, exitText, processDidNotStart, processTooSlow, refuse, terminalBusy } from './problems.js'
import { startAnswer } from './start-answer.js'
import { exitFact, forkEntry, killChild, stopChild, type EntryName, type Surroundings } from './surroundings.js'
import { TextGuard } from './text-guard.js'

export interface TypedTerminalOptions {
  readonly name: TypedTerminalName
  readonly entry: EntryName
  readonly historyFile: string
  readonly surroundings: Surroundings
  readonly environment: () => Promise<LearnerEnvironment>
  readonly names: () => RunningNames
  /** The fingerprint of the files that it is given; null: it is given none. */
  readonly filesOf: () => string | null
}

export interface StepBegun {
  readonly fingerprint: string
  readonly workdir: string
  /** Results: whether CELERY_RESULT_BACKEND is set. */
  readonly stores: boolean
}

const STOPPED_WITHIN_MS = 2_000
/** Of a line in the record. */
const LONGEST_LINE = 1_000
/** More than this typed before there is anybody to read it is nobody's typing. */
const TYPED_EARLY = 100_000
const LAST_WORDS_LINES = 8
const SIZE: TerminalSize = { columns: 100, rows: 24 }
const INTERRUPT_LINE = '^C'

type Child = ChildHandle<LabToTerminal, TerminalToLab>

export class TypedTerminal {
  readonly #options: TypedTerminalOptions
  readonly #text: TextGuard
  #child: Child | null = null
  #starting: Promise<Reply<null>> | null = null
  #size = SIZE
  /** A prompt is there: nothing runs. */
  #asking = false
  #expecting = false
  #typed = 0
  /** Of the learner's files, as it has imported them; null: none. */
  #imported: string | null = null
  /** Of those that it could import now. */
  #files: string | null = null
  #environment: LearnerEnvironment | null = null
  /** Keys that came while there was no process, or one on its way out. */
  #early = ''

  constructor(options: TypedTerminalOptions) {
    this.#options = options
    const { surroundings, name } = options
    this.#text = new TextGuard({
      nowMs: surroundings.nowMs,
      onText: (text) => surroundings.terminals.write(name, text),
    })
  }

  get running(): boolean {
    return this.#child !== null
  }

  /** Nothing runs in it, and what it was given and what it has imported is what the step has. */
  isFresh({ fingerprint, workdir, stores }: StepBegun): boolean {
    const environment = this.#environment
    const isOfStep = environment?.workdir === workdir && (environment.resultBackend !== '') === stores
    const hasOthers = [this.#files, this.#imported].some((files) => files !== null && files !== fingerprint)
    return this.#asking && isOfStep && !hasOthers
  }

  /** Answers when it asks for a line; at once when it is there. */
  start(): Promise<Reply<null>> {
    if (this.#options.surroundings.stopping.aborted) return Promise.resolve(DONE)
    if (this.#child !== null && this.#starting === null) return Promise.resolve(DONE)
    this.#starting ??= this.#start().finally(() => (this.#starting = null))
    return this.#starting
  }

  input(data: string): void {
    if (this.#child !== null && !this.#expecting) {
      this.#child.send({ kind: 'input', data })
      return
    }
    this.#early = (this.#early + data).slice(0, TYPED_EARLY)
    if (this.#child === null) void this.start()
  }

  resize(size: TerminalSize): void {
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return
    this.#size = size
    this.#child?.send({ kind: 'resize', size })
  }

  filesSaved(names: readonly string[]): void {
    if (this.#child?.send({ kind: 'files-saved', names }) === true) this.#files = this.#options.filesOf()
  }

  /** As if the learner had typed it: until the prompt is back, or as long as is waited for; it goes on then. */
  async typeLine(
    line: string,
    limits: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Reply<null>> {
    const started = await this.start()
    const child = this.#child
    if (!started.ok || child === null) return started
    const wait = { timeoutMs: limits.waitMs, signal: limits.signal }
    if (!this.#asking && line.trim() !== INTERRUPT_LINE) {
      const free = await child.next(isAsking, wait)
      if (free.kind !== 'message') return refuse(terminalBusy(this.#options.name, limits.waitMs))
    }
    const id = ++this.#typed
    this.#asking = false
    child.send({ kind: 'type-line', id, line })
    await child.next((message): message is TypedOver => message.kind === 'typed-line-over' && message.id === id, wait)
    return DONE
  }

  /** Ctrl+D by the window's button: also while something runs. */
  async restart(): Promise<Reply<null>> {
    const child = this.#child
    if (child !== null) {
      this.#leaves()
      await stopChild(child, { kind: 'stop' }, STOPPED_WITHIN_MS)
      this.#options.surroundings.terminals.note(this.#options.name, 'It was ended; a new one starts.')
    }
    await this.#starting // it may have been the start that was ended
    return this.start()
  }

  /** What was typed into it goes with it. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#leaves()
    await killChild(child)
    this.#early = ''
  }

  #leaves(): void {
    this.#expecting = true
    this.#options.surroundings.book.stopping(this.#options.name) // so that its end is not taken for `exit()`
  }

  async #start(): Promise<Reply<null>> {
    const { name, entry, historyFile, surroundings } = this.#options
    const environment = await this.#options.environment()
    surroundings.book.declare(name, 'shell', null)
    this.#expecting = false
    this.#asking = false
    this.#environment = environment
    this.#imported = null
    this.#files = this.#options.filesOf()
    const child: Child = forkEntry(entry, name, surroundings)
    this.#child = child
    surroundings.book.started(name, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', environment, historyFile, size: this.#size })
    if (this.#early !== '') child.send({ kind: 'input', data: this.#early })
    this.#early = ''
    const answer = await startAnswer(child, isAsking)
    switch (answer.kind) {
      case 'message':
        surroundings.book.ready(name, null)
        return DONE
      case 'aborted':
      case 'exited': {
        if (this.#expecting || answer.kind === 'aborted') return DONE
        const lastWords = surroundings.terminals.lastLines(name, LAST_WORDS_LINES)
        return refuse(processDidNotStart(name, answer.exit, lastWords))
      }
      case 'too-late':
        await this.kill()
        return refuse(processTooSlow(name, answer))
    }
  }

  #hear(child: Child, message: TerminalToLab): void {
    const { name, surroundings } = this.#options
    switch (message.kind) {
      case 'text':
        return this.#text.take(message.text)
      case 'asking':
        this.#asking = true
        return
      case 'names-wanted':
        child.send({ kind: 'names', names: this.#options.names() })
        return
      case 'line':
        this.#asking = false
        if (message.line.trim() !== '')
          surroundings.tell({ kind: 'typed', terminal: name, line: message.line.slice(0, LONGEST_LINE) })
        return
      case 'code-loaded': {
        const { fingerprint, tasks } = message
        this.#imported = fingerprint
        surroundings.tell({ kind: 'code-loaded', process: name, pid: child.pid, fingerprint, tasks })
        surroundings.book.loaded(name, fingerprint)
        return
      }
      case 'ended':
        this.#expecting = true
        return
      case 'typed-line-over':
        return
    }
  }

  #ended(child: Child, exit: Exit): void {
    if (this.#child !== child) return
    const { name, surroundings } = this.#options
    const byItself = this.#expecting && surroundings.book.state(name) === 'ready'
    this.#child = null
    this.#asking = false
    this.#text.close()
    surroundings.book.exited(name, exitFact(exit, this.#expecting))
    if (surroundings.stopping.aborted) return
    if (byItself) {
      surroundings.terminals.note(name, 'It ended; a new one starts.')
      void this.start()
    } else if (!this.#expecting) {
      surroundings.terminals.note(name, `It ended (${exitText(exit)}). Press any key for a new one.`)
    }
  }
}

type TypedOver = Extract<TerminalToLab, { kind: 'typed-line-over' }>
type Asking = Extract<TerminalToLab, { kind: 'asking' }>

function isAsking(message: TerminalToLab): message is Asking {
  return message.kind === 'asking'
}
