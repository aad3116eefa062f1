/** The text of every process's terminal. A terminal that is drawn later still gets all of it; one that is drawn gets pieces as they come. */

/** Characters kept a process: enough to refill 5,000 lines of scrollback. */
const KEPT = 400_000

export type TerminalListener = (text: string, reset: boolean) => void

export class TerminalsState {
  /** Processes that have said something, in the order of their first word; those of the lab are known without. */
  names = $state.raw<readonly string[]>([])
  readonly #texts = new Map<string, string>()
  readonly #listeners = new Map<string, Set<TerminalListener>>()

  replace(texts: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(texts)) this.take(name, text, true)
  }

  take(name: string, text: string, reset: boolean): void {
    const before = reset ? '' : (this.#texts.get(name) ?? '')
    this.#texts.set(name, (before + text).slice(-KEPT))
    if (!this.names.includes(name)) this.names = [...this.names, name]
    for (const listener of this.#listeners.get(name) ?? []) listener(text, reset)
  }

  /** Gives what was said so far at once, then every new piece. */
  listen(name: string, listener: TerminalListener): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set)
    set.add(listener)
    listener(this.#texts.get(name) ?? '', true)
    return () => set.delete(listener)
  }

  /** A step has begun: a worker or a beat of the step before that does not run any more has no terminal to come back to. */
  stageReset(): void {
    this.names = this.names.filter((name) => !/^(worker|beat)/.test(name))
  }

  clear(name: string): void {
    this.take(name, '', true)
  }
}
