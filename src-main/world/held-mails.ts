/**
 * Mails that are in the ledger while their clients wait for the answer: the moment between an effect and whatever its task does next,
 * made long enough for a fault to happen in it. Whoever forgets to release one holds its client for a few seconds, not for ever.
 */

const LONGEST_HOLD_MS = 5_000

export class HeldMails {
  readonly #waiting = new Map<number, () => void>()
  #holding = false
  #last = 0

  /** Ending it lets everyone go. */
  hold(holding: boolean): void {
    this.#holding = holding
    if (!holding) for (const go of [...this.#waiting.values()]) go()
  }

  /** A number when the client has to wait for `release` of it; `released` settles then. */
  take(): { readonly held: number; readonly released: Promise<void> } | null {
    if (!this.#holding) return null
    this.#last += 1
    const held = this.#last
    const released = new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(held)
        resolve()
      }
      const timer = setTimeout(go, LONGEST_HOLD_MS)
      this.#waiting.set(held, go)
    })
    return { held, released }
  }

  release(held: number): void {
    this.#waiting.get(held)?.()
  }
}
