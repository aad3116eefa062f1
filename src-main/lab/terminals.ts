/** The text of each process's terminal: the last 200 kB of each, and everybody who listens told of what is added. */

import { withoutColours } from './process-text.js'

type TerminalListener = (process: string, text: string, reset: boolean) => void

const KEPT_CHARACTERS = 200_000

export class Terminals {
  readonly #texts = new Map<string, string>()
  readonly #listeners = new Set<TerminalListener>()

  write(process: string, text: string): void {
    const all = (this.#texts.get(process) ?? '') + text
    // Cut at a line's start, and only now and then: cutting a long string for each line is slow.
    this.#texts.set(
      process,
      all.length > KEPT_CHARACTERS * 1.2 ? all.slice(all.indexOf('\n', all.length - KEPT_CHARACTERS) + 1) : all,
    )
    this.#tell(process, text, false)
  }

  /** A line of the lab's own among the process's, told apart by its dash and by being dim. */
  note(process: string, text: string): void {
    this.write(process, `\u001b[2m— ${text}\u001b[0m\n`)
  }

  /** The last lines of one, without colours: what a process said before it ended. */
  lastLines(process: string, count: number): string {
    const lines = withoutColours(this.#texts.get(process) ?? '')
      .trimEnd()
      .split('\n')
    return lines.slice(-count).join('\n')
  }

  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#texts)
  }

  onText(listener: TerminalListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(process: string, text: string, reset: boolean): void {
    for (const listener of [...this.#listeners]) listener(process, text, reset)
  }
}
