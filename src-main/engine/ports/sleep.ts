/** A pause that somebody waits for. Other than a bare timer of the clock it keeps the process alive until it is over. */
import type { Clock } from './clock.js'

const longestTimerMs = 2 ** 31 - 1

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => {}, longestTimerMs)
    clock.after(delayMs, () => {
      clearInterval(keepAlive)
      resolve()
    })
  })
}
