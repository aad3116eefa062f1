/**
 * How many messages wait and how many are unacked, asked of Redis shortly after something changed and once in a while besides:
 * the truth that the stage reconciles its tiles with. One `queue-lengths` fact for each change, none while nothing changes.
 */
import type { FactOf } from '../contract/feed.js'
import { listKeys } from './wire-facts.js'

export interface QueueLengthsOptions {
  /** LLEN of each key, and HLEN unacked, in one MULTI; null while Redis cannot be asked. */
  readonly ask: (
    keys: readonly string[],
  ) => Promise<{ readonly lengths: readonly number[]; readonly unacked: number } | null>
  readonly queues: () => ReadonlySet<string>
  readonly onLengths: (fact: FactOf<'queue-lengths'>) => void
}

const ASK_AFTER_CHANGE_MS = 40
const ASK_EVERY_MS = 1_000

export class QueueLengths {
  readonly #options: QueueLengthsOptions
  #timer: NodeJS.Timeout | null = null
  #steady: NodeJS.Timeout | null = null
  #asking = false
  #askAgain = false
  #last = ''

  constructor(options: QueueLengthsOptions) {
    this.#options = options
  }

  start(): void {
    this.#steady = setInterval(() => this.changed(), ASK_EVERY_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#steady !== null) clearInterval(this.#steady)
    this.#timer = null
    this.#steady = null
  }

  /** Something on the wire changed; asked once for many changes. */
  changed(): void {
    if (this.#steady === null) return // stopped
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      void this.#ask()
    }, ASK_AFTER_CHANGE_MS)
  }

  /** The next answer is told even when it equals the last one. */
  async tellAgain(): Promise<void> {
    this.#last = ''
    await this.#ask()
  }

  async #ask(): Promise<void> {
    if (this.#asking) {
      this.#askAgain = true
      return
    }
    this.#asking = true
    try {
      const queues = [...this.#options.queues()]
      const answer = await this.#options.ask(queues.flatMap(listKeys))
      if (answer !== null) this.#tell(queues, answer)
    } finally {
      this.#asking = false
    }
    if (this.#askAgain) {
      this.#askAgain = false
      this.changed()
    }
  }

  #tell(names: readonly string[], answer: { readonly lengths: readonly number[]; readonly unacked: number }): void {
    const perQueue = listKeys('').length
    const queues = Object.fromEntries(
      names.map((name, index) => [name, sum(answer.lengths.slice(index * perQueue, (index + 1) * perQueue))]),
    )
    const fact: FactOf<'queue-lengths'> = { kind: 'queue-lengths', queues, unacked: answer.unacked }
    const text = JSON.stringify(fact)
    if (text === this.#last) return
    this.#last = text
    this.#options.onLengths(fact)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
