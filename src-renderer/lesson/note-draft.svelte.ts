/**
 * The learner's own words while they are typed: sent to main in pauses, and never replaced by the echo of what was sent before. A text
 * that main has from elsewhere (show me, a reset) takes their place.
 */
const SAVE_AFTER_MS = 600

export class NoteDraft {
  typed = $state('')
  readonly #save: (text: string) => void
  /** What main gave last. */
  #given: string
  /** What main was told last, or has given since. */
  #saved: string
  /** Told to main, and not come back yet. */
  #onTheWay: string[] = []
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(text: string, save: (text: string) => void) {
    this.typed = text
    this.#given = text
    this.#saved = text
    this.#save = save
  }

  type(text: string): void {
    this.typed = text
    this.#stopTimer()
    this.#timer = setTimeout(() => this.flush(), SAVE_AFTER_MS)
  }

  /** Saves what is typed now, when main does not have it. */
  flush(): void {
    this.#stopTimer()
    if (this.typed === this.#saved) return
    this.#saved = this.typed
    this.#onTheWay.push(this.typed)
    this.#save(this.typed)
  }

  /** Main's text, again or anew. */
  take(text: string): void {
    if (text === this.#given) return
    this.#given = text
    const at = this.#onTheWay.indexOf(text)
    if (at !== -1) return void this.#onTheWay.splice(0, at + 1)
    this.#stopTimer()
    this.#onTheWay = []
    this.#saved = text
    this.typed = text
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
