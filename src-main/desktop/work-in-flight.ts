/**
 * What has begun and not ended, told from the record alone: requests without a response, busy pool processes, processes
 * that are not ready yet. The walk waits by it until the consequences of a button are over.
 */
import type { Fact } from '../contract/feed.js'
import type { RecordReader } from '../lab/lab-interface.js'

/** Facts that come all the time and mean nothing begins. */
const BACKGROUND: ReadonlySet<Fact['kind']> = new Set(['memory', 'worker-event', 'queue-lengths'])

export class WorkInFlight {
  readonly #open = new Set<string>()
  readonly #stopListening: () => void
  #lastChangeMs = Date.now()

  constructor(record: RecordReader) {
    for (const { fact } of record.itemsAfter(0)) this.#see(fact)
    this.#stopListening = record.onItem(({ fact }) => this.#see(fact))
  }

  /** 0 while anything is in flight. */
  quietForMs(): number {
    return this.#open.size > 0 ? 0 : Date.now() - this.#lastChangeMs
  }

  stop(): void {
    this.#stopListening()
  }

  #see(fact: Fact): void {
    if (!BACKGROUND.has(fact.kind)) this.#lastChangeMs = Date.now()
    if (fact.kind === 'http-request') this.#open.add(`request ${fact.requestId}`)
    else if (fact.kind === 'http-response') this.#open.delete(`request ${fact.requestId}`)
    else if (fact.kind === 'process-started') this.#open.add(`start ${fact.pid}`)
    else if (fact.kind === 'process-ready') this.#open.delete(`start ${fact.pid}`)
    else if (fact.kind === 'slot') this.#slot(fact.pid, fact.taskId !== null)
    else if (fact.kind === 'process-exited') {
      this.#open.delete(`start ${fact.pid}`)
      this.#slot(fact.pid, false)
    }
  }

  #slot(pid: number, busy: boolean): void {
    if (busy) this.#open.add(`slot ${pid}`)
    else this.#open.delete(`slot ${pid}`)
  }
}
