/**
 * Gives messages back that nobody acked within the visibility timeout: at the start, 90 seconds later, then every 100.
 * As Celery: kombu counts ten turns of a timer of 10 seconds, and the first of them comes with the start.
 * Celery: kombu/transport/redis.py (maybe_restore_messages); PROTOCOL.md 3
 */
import type { Clock } from '../../ports/clock.js'
import { withTraceback, type Log } from '../../ports/log.js'
import type { Channel } from '../../transport/channel.js'

export interface RedeliveryParts {
  readonly channel: Pick<Channel, 'restoreVisible'>
  readonly clock: Clock
  readonly log: Log
}

const firstAfterMs = 90_000
const everyMs = 100_000

export class RedeliveryStep {
  readonly name = 'Redelivery'
  private readonly parts: RedeliveryParts
  private cancel: () => void = () => {}

  constructor(parts: RedeliveryParts) {
    this.parts = parts
  }

  async start(): Promise<void> {
    await this.sweep()
    this.planNext(firstAfterMs)
  }

  stop(): Promise<void> {
    this.cancel()
    return Promise.resolve()
  }

  private planNext(inMs: number): void {
    this.cancel = this.parts.clock.after(inMs, () => {
      void this.sweep()
      this.planNext(everyMs)
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
