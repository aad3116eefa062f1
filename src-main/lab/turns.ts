/** One change of what runs at a time: a save while a start state is being built waits for its turn. Faults do not take turns. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => undefined) // whoever asked for it hears of the error; the next one starts all the same
    return mine
  }

  /** When nobody is waiting any more. */
  async over(): Promise<void> {
    await this.#last
  }
}
