/**
 * Errors nobody caught: written to errors.log in the data folder and shown in the window, instead of Electron's dialog that
 * would stop the app. The log starts afresh at 1 MB, keeping the one before.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorDetail } from '../contract/error-text.js'
import type { Problem } from '../contract/problem.js'

const LARGEST_BYTES = 1_000_000

export class ErrorLog {
  readonly #file: string

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'errors.log')
  }

  /** Writes it down and answers what the window shows. Never throws: it is the last resort. */
  write(kind: string, error: unknown): Problem {
    const detail = errorDetail(error)
    let kept = `Written to ${this.#file}`
    try {
      this.#turnOver()
      appendFileSync(this.#file, `${new Date().toISOString()} ${kind}\n${detail}\n\n`)
    } catch (reason) {
      kept = `Could not be written to ${this.#file}: ${String(reason)}`
    }
    return {
      code: 'app-error',
      what: 'The app itself made an error.',
      meaning: 'It goes on. Your files and progress are kept; what you did last may not have had its effect.',
      next: 'Try it again. If the window does not answer, close it and start the app again.',
      detail: `${kind}\n${detail}\n${kept}`,
    }
  }

  #turnOver(): void {
    try {
      if (statSync(this.#file).size > LARGEST_BYTES) renameSync(this.#file, `${this.#file}.1`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

/** `handle` gets every uncaught error. A closed terminal (EPIPE on stdout) is not one: the app outlives it. */
export function catchEverything(handle: (kind: string, error: unknown) => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtException', (error) => handle('uncaughtException', error))
  process.on('unhandledRejection', (reason) => handle('unhandledRejection', reason))
}
