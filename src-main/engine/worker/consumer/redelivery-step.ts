/**
 * Gives messages back that nobody acked within the visibility timeout: at the start and when a lost link is back, 90 seconds
 * later, then every 100.
 * As Celery: kombu counts ten turns of a timer of 10 seconds, and the first of them comes with the start. Both tens can be
 * set, by the names that kombu gives them after 5.6. Celery: kombu/transport/redis.py (maybe_restore_messages); PROTOCOL.md 3
 */
import type { Clock } from '../../ports/clock.js'
import { withTraceback, type Log } from '../../ports/log.js'
import type { Channel } from '../../transport/channel.js'

export interface RedeliveryParts {
  readonly channel: Pick<Channel, 'restoreVisible'>
  /** broker_transport_options */
  readonly options?: unknown
  readonly clock: Clock
  readonly log: Log
}

export class RedeliveryStep {
  readonly name = 'Redelivery'
  private readonly parts: RedeliveryParts
  private cancel: () => void = () => {}
  /** How often it was started or stopped: a sweep that comes back later plans nothing. */
  private turn = 0

  constructor(parts: RedeliveryParts) {
    this.parts = parts
  }

  /** Again with each new link: kombu's turns are counted anew with it. */
  async start(): Promise<void> {
    this.cancel()
    const turn = ++this.turn
    await this.sweep()
    if (turn !== this.turn) return
    const { intervalMs, turns } = cadenceOf(this.parts.options)
    this.planNext(intervalMs * Math.max(1, turns - 1), intervalMs * turns)
  }

  stop(): Promise<void> {
    this.turn++
    this.cancel()
    return Promise.resolve()
  }

  private planNext(inMs: number, everyMs: number): void {
    this.cancel = this.parts.clock.after(inMs, () => {
      void this.sweep()
      this.planNext(everyMs, everyMs)
    })
  }

  private async sweep(): Promise<void> {
    const { channel, log } = this.parts
    try {
      await channel.restoreVisible()
    } catch (error) {
      log.debug(withTraceback('the sweep for messages past their visibility timeout is left to the next turn', error))
    }
  }
}

/** unacked_restore_interval (seconds) and unacked_restore_throttle (turns); what is no positive number is Celery's own 10. */
function cadenceOf(options: unknown): { readonly intervalMs: number; readonly turns: number } {
  const given = (options ?? {}) as Readonly<Record<string, unknown>> // each value is looked at below
  return {
    intervalMs: positive(given.unacked_restore_interval) * 1000,
    turns: Math.max(1, Math.trunc(positive(given.unacked_restore_throttle))),
  }
}

function positive(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 10
}
