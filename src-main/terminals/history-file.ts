/** The lines typed in earlier sessions, oldest first in their file. A file that cannot be read or written costs only that. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const MOST_LINES = 1_000
/** A pasted book is no line to come back to. */
const LONGEST_LINE = 10_000

export class HistoryFile {
  readonly #path: string
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** Newest first. */
  async read(): Promise<readonly string[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    const lines = text.split('\n').filter((line) => line !== '')
    return lines.slice(-MOST_LINES).reverse()
  }

  /** `history`: newest first. */
  keep(history: readonly string[]): void {
    const lines = history.filter((line) => line.length <= LONGEST_LINE && line.trim() !== '')
    const text = [...lines.slice(0, MOST_LINES)].reverse().join('\n')
    this.#writing = this.#writing.then(() => this.#write(text)).catch(() => undefined)
  }

  written(): Promise<void> {
    return this.#writing
  }

  async #write(text: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true })
    const beside = `${this.#path}.new`
    await writeFile(beside, `${text}\n`, { mode: 0o600 })
    await rename(beside, this.#path)
  }
}
