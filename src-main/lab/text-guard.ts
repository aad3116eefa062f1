/** A terminal's text as it comes, except for a flood: over 512 kB a second the rest is left out, and a line says how much. */

const CHARACTERS_A_SECOND = 512 * 1024
const WINDOW_MS = 1_000

export interface TextGuardOptions {
  readonly onText: (text: string) => void
  readonly nowMs: () => number
}

export class TextGuard {
  readonly #options: TextGuardOptions
  #windowStartMs = 0
  #characters = 0
  #leftOut = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: TextGuardOptions) {
    this.#options = options
  }

  take(text: string): void {
    this.#turnWindow()
    if (this.#characters + text.length <= CHARACTERS_A_SECOND || this.#characters === 0) {
      this.#characters += text.length
      return this.#options.onText(text)
    }
    // From here on to the end of the second, so that what is shown has one gap and not many.
    this.#characters = CHARACTERS_A_SECOND
    this.#leftOut += text.length
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#turnWindow()
    }, WINDOW_MS)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#sayWhatWasLeftOut()
  }

  #turnWindow(): void {
    const now = this.#options.nowMs()
    if (now - this.#windowStartMs < WINDOW_MS) return
    this.#windowStartMs = now
    this.#characters = 0
    this.#sayWhatWasLeftOut()
  }

  #sayWhatWasLeftOut(): void {
    if (this.#leftOut === 0) return
    const kilobytes = Math.ceil(this.#leftOut / 1024).toLocaleString('en-US')
    this.#leftOut = 0
    this.#options.onText(`\r\n… ${kilobytes} kB came too fast to show …\r\n`)
  }
}
