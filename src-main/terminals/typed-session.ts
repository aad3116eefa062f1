/**
 * One terminal that is typed into: asks for a line, has the program run it, asks again. What the program is (Python, the
 * console) is behind `TypedProgram`; keys come from the lab, and everything shown goes back there in the order it happened.
 */
import type { LineEditor, Typed } from './line-editor.js'

export interface TypedProgram {
  readonly firstPrompt: string
  /** Runs one line. Settles when the next one may be asked for. */
  run(line: string): Promise<Next>
  /** Ctrl+C while a line runs. */
  interrupt(): void
  /** Ctrl+C while a line is asked for. */
  forget(): Promise<Next>
  /** Ctrl+D. */
  end(): Promise<Next>
}

export type Next =
  | { readonly kind: 'ask'; readonly prompt: string; /** The line so far is not a whole one. */ readonly more: boolean }
  | { readonly kind: 'ended'; readonly exitCode: number }

export interface TypedSessionOptions {
  readonly editor: LineEditor
  readonly program: TypedProgram
  readonly onAsking: () => void
  /** Settles when the lab knows. */
  readonly onLine: (line: string) => Promise<void>
}

/** What Ctrl+C is called in a line that is typed for the learner. */
export const INTERRUPT_LINE = '^C'

export class TypedSession {
  readonly #options: TypedSessionOptions
  #next: Next
  /** The program has got the line. */
  #runs = false
  /** Ctrl+C since it was entered. */
  #givenUp = false

  constructor(options: TypedSessionOptions) {
    this.#options = options
    this.#next = { kind: 'ask', prompt: options.program.firstPrompt, more: false }
    options.editor.onInterrupt = () => {
      this.#givenUp = true
      if (this.#runs) options.program.interrupt()
    }
  }

  /** Answers the exit code, once there is one. */
  async run(): Promise<number> {
    const { editor, onAsking } = this.#options
    for (;;) {
      if (this.#next.kind === 'ended') return this.#next.exitCode
      this.#givenUp = false
      const typed = editor.ask(this.#next.prompt)
      if (editor.isAsking) onAsking() // else it was typed ahead
      this.#next = await this.#carryOut(await typed)
    }
  }

  /** As if it had been typed and entered, line by line; settles when a first prompt is back. */
  async typeLines(text: string): Promise<void> {
    const { editor } = this.#options
    if (text.trim() === INTERRUPT_LINE) {
      editor.input('\u0003')
      return this.#options.editor.asking()
    }
    await this.#options.editor.asking()
    const begun = editor.begun
    editor.clearLine()
    for (const line of text.split('\n')) await this.#enter(line)
    while (this.#isInTheMiddle()) await this.#enter('') // an empty line ends a block
    if (begun !== '' && editor.isAsking) editor.input(begun) // what the learner was typing
  }

  async #enter(line: string): Promise<void> {
    this.#options.editor.input(`${line}\r`)
    await this.#options.editor.asking()
  }

  #isInTheMiddle(): boolean {
    return this.#next.kind === 'ask' && this.#next.more
  }

  async #carryOut(typed: Typed): Promise<Next> {
    const { program, onLine } = this.#options
    switch (typed.kind) {
      case 'interrupt':
        return program.forget()
      case 'end':
        return program.end()
      case 'line':
        await onLine(typed.line)
        return this.#givenUp ? program.forget() : this.#run(typed.line)
    }
  }

  async #run(line: string): Promise<Next> {
    this.#runs = true
    try {
      const next = await this.#options.program.run(line)
      // It came too late to interrupt anything, and a statement that is half typed is given up all the same.
      return this.#givenUp && next.kind === 'ask' && next.more ? await this.#options.program.forget() : next
    } finally {
      this.#runs = false
    }
  }
}
