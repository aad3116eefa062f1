/**
 * The link to the broker: made at the start, with patience, and told of when it is lost and back.
 * Celery: celery/worker/consumer/connection.py, celery/worker/consumer/consumer.py (connect, on_connection_error_*)
 */
import { isErrorOfType } from '../../errors.js'
import type { Clock } from '../../ports/clock.js'
import { withTraceback, type Log } from '../../ports/log.js'
import type { Channel, ReconnectFailure } from '../../transport/channel.js'
import { reconnectWaitSeconds } from '../../transport/reconnect-wait.js'
import { unrecoverableWords } from '../unrecoverable.js'
import type { ConnectionRetry } from './connection-retry.js'

export interface ConnectionParts {
  readonly channel: Pick<
    Channel,
    'connect' | 'onConnectionLost' | 'onReconnectFailed' | 'beforeConsumingAgain' | 'addressNow'
  >
  readonly retry: ConnectionRetry
  readonly clock: Clock
  readonly log: Log
  readonly isStopping: () => boolean
  /** What waits in the worker goes back to its queue and comes again. */
  readonly onLost: () => void
  /** There is a link again, and nothing is consumed yet: what was unacked goes back, then the other workers hear of us. */
  readonly restore: () => Promise<void>
  readonly greet: () => Promise<void>
  /** No further attempt is made. */
  readonly onGivenUp: () => void
}

export class ConnectionStep {
  readonly name = 'Connection'
  /** There was a link: what fails from here on is its loss. */
  wasMade = false
  private readonly parts: ConnectionParts
  private endWait: () => void = () => {}

  constructor(parts: ConnectionParts) {
    this.parts = parts
  }

  /** As Celery: after 2, 4, 6 … 32 seconds, a hundred times. */
  async start(): Promise<void> {
    this.watch()
    const { channel, log, retry, isStopping } = this.parts
    for (let attempt = 1; !isStopping(); attempt++) {
      try {
        await channel.connect()
        this.wasMade = true
        log.info(`Connected to ${channel.addressNow}`)
        return
      } catch (error) {
        if (!isErrorOfType(error, 'OperationalError')) throw error
        if (!retry.onStartup) return this.sayDisabled('establish', retry.startupSetting)
        if (retry.maxRetries !== null && attempt > retry.maxRetries) throw error
        const waitSeconds = reconnectWaitSeconds(attempt)
        this.sayCannotConnect(error, waitSeconds, retry.maxRetries)
        await this.wait(waitSeconds)
      }
    }
  }

  stop(): Promise<void> {
    this.endWait()
    return Promise.resolve()
  }

  private wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(seconds * 1000, resolve)
      this.endWait = () => {
        cancel()
        resolve()
      }
    })
  }

  private watch(): void {
    const { channel, log, retry, isStopping, onLost, restore, greet } = this.parts
    channel.onConnectionLost((error) => {
      if (isStopping()) return
      const lost = 'consumer: Connection to broker lost. Trying to re-establish the connection...'
      if (!retry.afterLoss) return this.sayDisabled('re-establish', 'broker_connection_retry')
      log.warning(withTraceback(lost, error))
      onLost()
    })
    channel.onReconnectFailed((failure) => this.reconnectFailed(failure))
    channel.beforeConsumingAgain(async () => {
      if (isStopping()) return
      await restore()
      log.info(`Connected to ${channel.addressNow}`)
      await greet()
    })
  }

  private reconnectFailed({ error, maxRetries, retryInSeconds }: ReconnectFailure): void {
    const { log, isStopping, onGivenUp } = this.parts
    if (isStopping()) return
    if (retryInSeconds !== null) return this.sayCannotConnect(error, retryInSeconds, maxRetries)
    log.critical(unrecoverableWords(error))
    onGivenUp()
  }

  private sayDisabled(what: 'establish' | 're-establish', setting: string): void {
    const { log, onGivenUp } = this.parts
    log.critical(
      `Retrying to ${what} a connection to the message broker after a connection loss has been disabled ` +
        `(app.conf.${setting}=False). Shutting down...`,
    )
    onGivenUp()
  }

  /** As Celery: the count is the wait halved, so it stays at 16 once the wait has its longest. */
  private sayCannotConnect(error: Error, waitSeconds: number, maxRetries: number | null): void {
    const { channel, log } = this.parts
    const next =
      waitSeconds === 0
        ? 'Will retry using next failover.'
        : `Trying again in ${waitSeconds.toFixed(2)} seconds... (${Math.trunc(waitSeconds / 2)}/${maxRetries ?? 'None'})`
    log.error(`consumer: Cannot connect to ${channel.addressNow}: ${error.message}.\n${next}\n`)
  }
}
