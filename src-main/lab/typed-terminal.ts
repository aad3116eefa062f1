/**
 * One terminal that the learner types into, as one of the lab's processes: started when it is first wanted, given keys, and
 * started anew when it ended by `exit()`. What it shows and which lines were entered is told as it happens.
 */
import type { Reply } from '../contract/problem.js'
import type { TypedTerminalName } from '../contract/topology.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { LabToTerminal, TerminalSize, TerminalToLab } from '../processes/messages/terminal-messages.js'
import type { ChildHandle, Exit } from './child-handle.js'
import { DONE, exitText, processDidNotStart, processTooSlow, refuse, terminalBusy } from './problems.js'
import { exitFact, forkEntry, stopChild, type EntryName, type Surroundings } from './surroundings.js'
import { TextGuard } from './text-guard.js'

export interface TypedTerminalOptions {
  readonly name: TypedTerminalName
  readonly entry: EntryName
  readonly historyFile: string
  readonly surroundings: Surroundings
  readonly environment: () => Promise<LearnerEnvironment>
}

const READY_WITHIN_SECONDS = 60
const STOPPED_WITHIN_MS = 2_000
const GONE_WITHIN_MS = 2_000
const LONGEST_LINE = 1_000
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
  #fingerprint: string | null = null
  /** Keys that came before it was ready. */
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

  /** Nothing runs in it, and what it has imported is what is saved. */
  isFresh(fingerprint: string): boolean {
    return this.#asking && (this.#fingerprint === null || this.#fingerprint === fingerprint)
  }

  /** Answers when it asks for a line; at once when it is there. */
  start(): Promise<Reply<null>> {
    if (this.#options.surroundings.stopping.aborted) return Promise.resolve(DONE)
    if (this.#child !== null && this.#starting === null) return Promise.resolve(DONE)
    this.#starting ??= this.#start().finally(() => (this.#starting = null))
    return this.#starting
  }

  input(data: string): void {
    if (this.#starting !== null || this.#child === null) {
      this.#early = (this.#early + data).slice(0, LONGEST_LINE)
      void this.start()
      return
    }
    this.#child.send({ kind: 'input', data })
  }

  resize(size: TerminalSize): void {
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return
    this.#size = size
    this.#child?.send({ kind: 'resize', size })
  }

  filesSaved(names: readonly string[]): void {
    this.#child?.send({ kind: 'files-saved', names })
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
    await this.stop()
    return this.start()
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    this.#options.surroundings.book.stopping(this.#options.name)
    await stopChild(child, { kind: 'stop' }, STOPPED_WITHIN_MS)
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === null) return
    this.#expecting = true
    this.#options.surroundings.book.stopping(this.#options.name) // so that its end is not taken for `exit()`
    child.kill()
    await child.exitedWithin(GONE_WITHIN_MS)
  }

  async #start(): Promise<Reply<null>> {
    const { name, entry, historyFile, surroundings } = this.#options
    const environment = await this.#options.environment()
    surroundings.book.declare(name, 'shell', null)
    this.#expecting = false
    this.#asking = false
    this.#fingerprint = null
    const child: Child = forkEntry(entry, name, surroundings)
    this.#child = child
    surroundings.book.started(name, child.pid)
    child.onMessage((message) => this.#hear(child, message))
    child.onExit((exit) => this.#ended(child, exit))
    child.send({ kind: 'start', environment, historyFile, size: this.#size })
    const answer = await child.next(isAsking, { timeoutMs: READY_WITHIN_SECONDS * 1000 })
    if (answer.kind === 'message') {
      surroundings.book.ready(name, null)
      if (this.#early !== '') child.send({ kind: 'input', data: this.#early })
      this.#early = ''
      return DONE
    }
    this.#early = ''
    if (answer.kind === 'exited') {
      const lastWords = surroundings.terminals.lastLines(name, LAST_WORDS_LINES)
      return this.#expecting ? DONE : refuse(processDidNotStart(name, answer.exit, lastWords))
    }
    await this.kill()
    return refuse(processTooSlow(name, READY_WITHIN_SECONDS))
  }

  #hear(child: Child, message: TerminalToLab): void {
    const { name, surroundings } = this.#options
    switch (message.kind) {
      case 'text':
        return this.#text.take(message.text)
      case 'asking':
        this.#asking = true
        return
      case 'line':
        this.#asking = false
        if (message.line.trim() !== '')
          surroundings.tell({ kind: 'typed', terminal: name, line: message.line.slice(0, LONGEST_LINE) })
        return
      case 'code-loaded': {
        const { fingerprint, tasks } = message
        this.#fingerprint = fingerprint
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
