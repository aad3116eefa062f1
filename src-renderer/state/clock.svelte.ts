/** The time, for durations that are still growing: ticks only while somebody says that something runs. */
const TICK_MS = 100

export class Clock {
  nowMs = $state(Date.now())

  /** To be called in an effect: ticks while `running`, and shows the present moment once when it stops. Paused, it keeps still whatever runs. */
  follow(running: boolean, paused = false): (() => void) | undefined {
    if (paused) return undefined
    this.nowMs = Date.now()
    if (!running) return undefined
    const timer = setInterval(() => (this.nowMs = Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }
}
