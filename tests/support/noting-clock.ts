/** The system's clock, which notes how long it was asked to wait. */
import type { Clock } from '../../src-main/engine/ports/clock.js'
import { systemClock } from '../../src-main/engine/ports/system.js'

export function notingClock(): { readonly clock: Clock; readonly waitsMs: number[] } {
  const waitsMs: number[] = []
  const after: Clock['after'] = (delayMs, run) => {
    waitsMs.push(delayMs)
    return systemClock.after(delayMs, run)
  }
  return { clock: { nowMs: () => systemClock.nowMs(), after }, waitsMs }
}
