/**
 * The link to the broker: made at the start, with patience, and told of when it is lost and back.
 * Celery: celery/worker/consumer/connection.py, celery/worker/consumer/consumer.py (connect, on_connection_error_*)
 */
import { isErrorOfType } from '../../errors.js'
import type { Clock } from '../../ports/clock.js'
import { withTraceback, type Log } from '../../ports/log.js'
import type { Channel } from '../../transport/channel.js'

export interface ConnectionParts {
  readonly channel: Pick<Channel, 'connect' | 'onConnectionLost' | 'onReconnectFailed' | 'onConnectionBack'>
  /** For the log: without its password. */
  readonly address: string
  readonly clock: Clock
  readonly log: Log
  readonly isStopping: () => boolean
  /** What waits in the worker goes back to its queue and comes again. */
  readonly onLost: () => void
  /** The last attempt to reconnect has failed. */
  readonly onGivenUp: () => void
}

const mostRetries = 100
const longestWaitSeconds = 32

export class ConnectionStep {
  readonly name = 'Connection'
  /** There was a link: what fails from here on is its loss. */
  wasMade = false
  private readonly parts: ConnectionParts

  constructor(parts: ConnectionParts) {
    this.parts = parts
  }

  /** As Celery's broker_connection_retry_on_startup: after 2, 4, 6 … 32 seconds, a hundred times. */
  async start(): Promise<void> {
    this.watch()
    const { channel, address, clock, log, isStopping } = this.parts
    for (let retry = 1; !isStopping(); retry++) {
      try {
        await channel.connect()
        this.wasMade = true
        log.info(`Connected to ${address}`)
        return
      } catch (error) {
        if (retry > mostRetries || !isErrorOfType(error, 'OperationalError')) throw error
        const waitSeconds = Math.min(2 * retry, longestWaitSeconds)
        this.sayCannotConnect(error, waitSeconds, `${retry}/${mostRetries}`)
        await new Promise<void>((resolve) => clock.after(waitSeconds * 1000, resolve))
      }
    }
  }

  private watch(): void {
    const { channel, address, log, isStopping, onLost, onGivenUp } = this.parts
    channel.onConnectionLost((error) => {
      if (isStopping()) return
      const lost = 'consumer: Connection to broker lost. Trying to re-establish the connection...'
      log.warning(withTraceback(lost, error))
      onLost()
    })
    channel.onReconnectFailed(({ error, retry, maxRetries, retryInSeconds }) => {
      this.sayCannotConnect(error, retryInSeconds, `${retry}/${maxRetries ?? 'Inf'}`)
      if (retryInSeconds === null) onGivenUp()
    })
    channel.onConnectionBack(() => log.info(`Connected to ${address}`))
  }

  private sayCannotConnect(error: Error, waitSeconds: number | null, count: string): void {
    const wait = waitSeconds === null ? 'Giving up.' : `Trying again in ${waitSeconds.toFixed(2)} seconds...`
    const { address, log } = this.parts
    log.error(`consumer: Cannot connect to ${address}: ${error.message}.\n${wait} (${count})\n`)
  }
}
