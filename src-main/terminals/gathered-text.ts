/** Text for the lab in few messages: what is written within a moment goes together, and who writes faster than it is taken waits. */

const GATHER_MS = 8
/** Beyond this, whoever writes waits. */
const MOST_UNSENT = 256 * 1024

export class GatheredText {
  readonly #send: (text: string) => Promise<void>
  #unsent = ''
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<void> = Promise.resolve()

  constructor(send: (text: string) => Promise<void>) {
    this.#send = send
  }

  write(text: string): void {
    this.#unsent += text
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS)
  }

  /** At once while there is little; else when the lab has taken it. */
  written(): Promise<void> {
    return this.#unsent.length > MOST_UNSENT ? this.flush() : Promise.resolve()
  }

  /** Settles when the lab has taken everything. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const text = this.#unsent
    this.#unsent = ''
    if (text !== '') this.#sending = this.#sending.then(() => this.#send(text))
    return this.#sending
  }
}
