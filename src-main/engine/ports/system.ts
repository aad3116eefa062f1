/** The real clock and the real ids: what process entries hand to the engine, and its default outside tests. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { microsecondClock } from './microsecond-clock.js'
import type { Clock, Ids } from './clock.js'

export const systemClock: Clock = {
  nowMs: microsecondClock({ wallMs: () => Date.now(), steadyMs: () => performance.now() }),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export const systemIds: Ids = { uuid: () => randomUUID() }

/** `gen1234@host`: who sent a message. Celery: celery/utils/nodenames.py anon_nodename */
export function anonymousNodename(): string {
  return `gen${process.pid}@${hostname()}`
}
