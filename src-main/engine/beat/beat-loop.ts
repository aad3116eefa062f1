/** Beat as it runs: tick, sleep, tick, until it is stopped; then what it remembers is saved. Celery: celery/beat.py (Service) */
import type { Clock } from '../ports/clock.js'
import type { Log } from '../ports/log.js'
import { humanSeconds } from './human-seconds.js'
import type { BeatFact, Scheduler } from './scheduler.js'

export interface ServiceParts {
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly log: Log
  readonly tell: (fact: BeatFact) => void
}

/** An entry that is due in less is waited for in such steps, and not by turning in circles as Celery does. */
const smallestWaitSeconds = 0.001
const longestTimerSeconds = 2_147_483

export class Service {
  private readonly parts: ServiceParts
  private stopping = false
  private wake: () => void = () => {}

  constructor(parts: ServiceParts) {
    this.parts = parts
  }

  get isStopping(): boolean {
    return this.stopping
  }

  /** Settles when it was stopped; rejects when it cannot begin, or the broker was tried as often as it may be. */
  async run(): Promise<void> {
    const { scheduler, log } = this.parts
    log.info('beat: Starting...')
    scheduler.setUp()
    log.debug(`beat: Ticking with max interval->${humanSeconds(scheduler.maxIntervalSeconds)}`)
    try {
      while (!this.stopping) await this.turn()
    } catch (error) {
      if (!this.stopping) throw error // a connection that was closed under a message
    } finally {
      scheduler.close()
    }
  }

  /** Nothing is sent any more, except what is on its way. */
  stop(): void {
    this.stopping = true
    this.wake()
  }

  private async turn(): Promise<void> {
    const { scheduler, log, tell } = this.parts
    const tick = await scheduler.tick()
    if (tick.kind === 'sent') return
    const { seconds } = tick
    if (seconds <= 0) return this.sleep(smallestWaitSeconds)
    log.debug(`beat: Waking up ${humanSeconds(seconds, 'in ')}.`)
    tell({ kind: 'sleeping', seconds })
    await this.sleep(seconds)
    if (!this.stopping && scheduler.shouldSync()) scheduler.sync()
  }

  /** Also for who waits for the broker: a stop ends it. Keeps the process alive meanwhile. */
  async sleep(seconds: number): Promise<void> {
    if (this.stopping) return
    const keepAlive = setInterval(() => {}, longestTimerSeconds * 1000)
    let cancel = (): void => {}
    await new Promise<void>((resolve) => {
      this.wake = resolve
      cancel = this.parts.clock.after(Math.min(seconds, longestTimerSeconds) * 1000, resolve)
    })
    cancel()
    clearInterval(keepAlive)
  }
}
