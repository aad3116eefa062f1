/** Each process's memory, about every second: one `memory` fact for each that changed by a megabyte or more. */
import type { FactOf } from '../contract/feed.js'
import type { ProcessName } from '../contract/topology.js'
import { residentBytes } from './resident-memory.js'

export interface MemoryWatchOptions {
  readonly pids: () => ReadonlyMap<number, ProcessName>
  readonly tell: (fact: FactOf<'memory'>) => void
}

const LOOK_EVERY_MS = 1_000
const WORTH_TELLING_BYTES = 1024 * 1024

export class MemoryWatch {
  readonly #options: MemoryWatchOptions
  #told = new Map<number, number>()
  #timer: NodeJS.Timeout | null = null
  #looking = false

  constructor(options: MemoryWatchOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const names = this.#options.pids()
    const now = await residentBytes([...names.keys()])
    this.#looking = false
    if (this.#timer === null) return
    for (const [pid, rssBytes] of now) {
      const process = names.get(pid)
      if (process === undefined || Math.abs(rssBytes - (this.#told.get(pid) ?? 0)) < WORTH_TELLING_BYTES) continue
      this.#told.set(pid, rssBytes)
      this.#options.tell({ kind: 'memory', process, pid, rssBytes })
    }
    this.#told = new Map([...this.#told].filter(([pid]) => names.has(pid)))
  }
}
