/** The real clock and the real ids: what process entries hand to the engine, and its default outside tests. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { microsecondClock } from './microsecond-clock.js'
import type { Clock, Ids } from './clock.js'

/** setTimeout counts in 32 bits, and takes what is longer for no time at all: a longer time is waited for in pieces. */
const longestMs = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: microsecondClock({ wallMs: () => Date.now(), steadyMs: () => performance.now() }),
  after(delayMs, run) {
    let timer: NodeJS.Timeout
    const wait = (leftMs: number): void => {
      const pieceMs = Math.min(leftMs, longestMs)
      timer = setTimeout(() => (leftMs > pieceMs ? wait(leftMs - pieceMs) : run()), pieceMs)
      timer.unref()
    }
    wait(delayMs)
    return () => clearTimeout(timer)
  },
}

export const systemIds: Ids = { uuid: () => randomUUID() }

/** `gen1234@host`: who sent a message. Celery: celery/utils/nodenames.py anon_nodename */
export function anonymousNodename(): string {
  return `gen${process.pid}@${hostname()}`
}
