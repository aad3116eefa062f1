/**
 * The record on disk: one JSON object a line, in the data folder. Written in batches, so that a burst of facts is one write.
 * A disk that refuses (full, read-only) is told once; the record goes on in memory, and the file is tried again later.
 */
import { appendFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FeedItem } from '../contract/feed.js'

export interface RecordFileOptions {
  readonly path: string
  /** Called once for each time the disk stops taking lines. */
  readonly onRefused: (error: Error) => void
}

const WRITE_AFTER_MS = 200
const TRY_AGAIN_AFTER_MS = 30_000
/** Beyond this the file becomes `….old` and a new one starts: two of them at most. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024
/** Lines that wait for a disk that is busy; beyond this the oldest are dropped from the file (not from memory). */
const MOST_WAITING_LINES = 50_000

export class RecordFile {
  readonly #options: RecordFileOptions
  #waiting: string[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #bytes = 0
  #refusedAtMs: number | null = null
  #closed = false

  constructor(options: RecordFileOptions) {
    this.#options = options
  }

  /** Starts an empty file: what an earlier run of the app recorded is kept as `….old`. */
  async open(): Promise<void> {
    try {
      await mkdir(dirname(this.#options.path), { recursive: true })
      await this.#moveAside()
    } catch (error) {
      this.#refuse(error)
    }
  }

  write(item: FeedItem): void {
    if (this.#closed || this.#isResting()) return
    this.#waiting.push(`${JSON.stringify(item)}\n`)
    if (this.#waiting.length > MOST_WAITING_LINES) this.#waiting = this.#waiting.slice(-MOST_WAITING_LINES / 2)
    this.#timer ??= setTimeout(() => this.#flush(), WRITE_AFTER_MS)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#flush()
    await this.#writing
  }

  #isResting(): boolean {
    return this.#refusedAtMs !== null && Date.now() - this.#refusedAtMs < TRY_AGAIN_AFTER_MS
  }

  #flush(): void {
    this.#timer = null
    const lines = this.#waiting.join('')
    this.#waiting = []
    if (lines === '') return
    this.#writing = this.#writing.then(() => this.#append(lines))
  }

  async #append(lines: string): Promise<void> {
    try {
      if (this.#bytes > LARGEST_FILE_BYTES) await this.#moveAside()
      await appendFile(this.#options.path, lines)
      this.#bytes += Buffer.byteLength(lines)
      this.#refusedAtMs = null
    } catch (error) {
      this.#refuse(error)
    }
  }

  async #moveAside(): Promise<void> {
    const old = `${this.#options.path}.old`
    await rm(old, { force: true })
    await rename(this.#options.path, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    this.#bytes = 0
  }

  #refuse(error: unknown): void {
    const first = this.#refusedAtMs === null
    this.#refusedAtMs = Date.now()
    this.#waiting = []
    if (first) this.#options.onRefused(error instanceof Error ? error : new Error(String(error)))
  }
}
