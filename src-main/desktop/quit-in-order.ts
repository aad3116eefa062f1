/**
 * The end of the app, however it is asked for (window closed, menu, SIGTERM, SIGINT, SIGHUP): windows close first, so that
 * the page can hand over unsaved text, then everything that runs for the learner is stopped, within a limit.
 */
import { app } from 'electron'

const STOP_LIMIT_MS = 5000

export class QuitInOrder {
  readonly #stop: () => Promise<void>
  readonly #onError: (error: unknown) => void
  #exitCode = 0
  #stopping = false

  constructor(stop: () => Promise<void>, onError: (error: unknown) => void) {
    this.#stop = stop
    this.#onError = onError
  }

  listen(): void {
    app.on('window-all-closed', () => app.quit())
    app.on('will-quit', (event) => {
      event.preventDefault()
      if (this.#stopping) return
      this.#stopping = true
      void this.#stopAndExit()
    })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit())
  }

  /** The walk ends the app with its own verdict. */
  quit(exitCode: number): void {
    this.#exitCode = exitCode
    app.quit()
  }

  async #stopAndExit(): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, STOP_LIMIT_MS))
    await Promise.race([this.#stop().catch(this.#onError), limit])
    app.exit(this.#exitCode) // what the limit cut short ends by its closed channel, as after a crash
  }
}
