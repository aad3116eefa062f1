/**
 * The Redis connections of one channel, as one thing that is up or lost. When any of them breaks, all are given up, the
 * loss is told once, and a new set is made: at once, then after 2, 4, 6 … 32 seconds, as a Celery consumer does.
 * Celery: kombu/connection.py ensure_connection, celery/worker/consumer/consumer.py on_connection_error_*; PROTOCOL.md 16
 */
import type { Redis } from 'ioredis'
import { OperationalError } from '../../errors.js'
import { inBackground } from '../../ports/in-background.js'
import type { Log } from '../../ports/log.js'
import type { ReconnectFailure } from '../channel.js'
import { reconnectWaitSeconds } from '../reconnect-wait.js'
import { maskedUrl, type RedisAddress } from './address.js'
import type { Failover } from './failover.js'
import { answeredWithin, askedAgainOnSilence, type SocketPatience } from './answered-within.js'
import { isRedisReply, operationalError, type ConnectOptions, type ConnectRedis } from './connect.js'

export interface ConnectionsOptions extends SocketPatience {
  /** One, or several to be tried in turn. */
  readonly brokers: Failover<RedisAddress>
  readonly connect: ConnectRedis
  readonly connectOptions: ConnectOptions
  /** broker_connection_retry: false leaves a lost link alone until somebody opens it. */
  readonly reconnects?: boolean
  /** broker_connection_max_retries; null: for ever. */
  readonly maxRetries: number | null
  /** redis_retry_on_timeout */
  readonly retriesOnTimeout?: boolean
  readonly log: Pick<Log, 'error'>
}

type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'up'; readonly commands: Redis }
  | { readonly kind: 'lost'; readonly error: OperationalError }

export class RedisConnections {
  private readonly options: ConnectionsOptions
  private state: State = { kind: 'new' }
  private readonly clients = new Set<Redis>()
  private readonly lostListeners: ((error: Error) => void)[] = []
  private readonly dropListeners: (() => void)[] = []
  private readonly backListeners: (() => void)[] = []
  private readonly failureListeners: ((failure: ReconnectFailure) => void)[] = []
  private readonly resumers: (() => Promise<void>)[] = []
  private reconnecting = false
  private lastAttemptFailed = false
  private opening: Promise<void> | null = null
  private attempt: Promise<void> = Promise.resolve()
  private cancelTimer: (() => void) | null = null

  constructor(options: ConnectionsOptions) {
    this.options = options
  }

  /** Also the way not to wait for the next attempt of a lost link: it is made now. */
  async open(): Promise<void> {
    if (this.isUp) return
    if (this.state.kind === 'closed') throw this.notOpen('closed')
    if (this.state.kind === 'new') {
      this.opening ??= this.openFirst()
      return this.opening
    }
    if (!this.reconnecting) {
      this.cancelTimer?.()
      this.startReconnect(0)
    }
    await this.attempt
    if (this.state.kind === 'lost') throw this.state.error
  }

  private async openFirst(): Promise<void> {
    try {
      const commands = await this.anyBroker()
      this.state = { kind: 'up', commands }
    } finally {
      this.opening = null
    }
  }

  /** As Celery: the next broker at once, and a wait when all have been tried. */
  private async anyBroker(): Promise<Redis> {
    const { brokers, maxRetries } = this.options
    for (let attempt = 1; ; attempt++) {
      if (this.lastAttemptFailed) brokers.switchToNext()
      this.lastAttemptFailed = true
      try {
        const client = await this.newClient()
        this.lastAttemptFailed = false
        return client
      } catch (error) {
        if (attempt >= brokers.size || this.state.kind === 'closed') throw error
        this.tellFailed({ error: this.asOperational(error), retry: attempt, maxRetries, retryInSeconds: 0 })
      }
    }
  }

  private tellFailed(failure: ReconnectFailure): void {
    for (const listener of this.failureListeners) listener(failure)
  }

  get address(): RedisAddress {
    return this.options.brokers.current
  }

  get isUp(): boolean {
    return this.state.kind === 'up'
  }

  /** Up, or lost and being made again: whoever has said `onResume` is called. */
  get willReconnect(): boolean {
    return this.state.kind === 'up' || this.state.kind === 'lost'
  }

  /** The connection for everything that does not block. Throws OperationalError while there is none. */
  get commands(): Redis {
    if (this.state.kind === 'up') return this.state.commands
    if (this.state.kind === 'lost') throw this.state.error
    throw this.notOpen(this.state.kind === 'new' ? 'not open yet' : 'closed')
  }

  /** Runs commands; a broken connection becomes an OperationalError, a refusal by Redis stays what it is. */
  run<T>(use: (commands: Redis) => Promise<T>): Promise<T> {
    const ask = async (onSilent: () => void): Promise<T> => {
      try {
        const { commands } = this
        return await answeredWithin(this.options, commands, use(commands), onSilent)
      } catch (error) {
        throw isRedisReply(error) ? error : this.asOperational(error)
      }
    }
    return askedAgainOnSilence(ask, this.options.retriesOnTimeout === true ? () => this.open() : null)
  }

  within<T>(client: Redis, answer: Promise<T>): Promise<T> {
    return answeredWithin(this.options, client, answer)
  }

  /** A connection of one's own, for BRPOP, SUBSCRIBE or WATCH; give it back with `release`. */
  async newClient(): Promise<Redis> {
    const client = await this.connected()
    if (this.state.kind === 'closed') {
      client.disconnect() // closed while it was being made: nobody is left to release it
      throw this.notOpen('closed')
    }
    this.clients.add(client)
    let lastError: Error | null = null
    client.on('error', (error: Error) => (lastError = error))
    client.once('end', () => {
      if (this.clients.delete(client)) this.lose(lastError ?? new Error('Connection is closed.'))
    })
    return client
  }

  /** One that cannot be made means that the link is lost, though the others of it have not noticed yet. */
  private async connected(): Promise<Redis> {
    try {
      return await this.options.connect(this.address, this.options.connectOptions)
    } catch (error) {
      if (error instanceof OperationalError) this.lose(error)
      throw error
    }
  }

  release(client: Redis): void {
    if (this.clients.delete(client)) client.disconnect()
  }

  asOperational(error: unknown): OperationalError {
    return operationalError(error, this.address)
  }

  onLost(listener: (error: Error) => void): void {
    this.lostListeners.push(listener)
  }

  /** All connections were given up, at a loss and after each attempt that failed half-way: whoever keeps one forgets it. */
  onDropped(listener: () => void): () => void {
    return joined(this.dropListeners, listener)
  }

  /** Called after a reconnect and before `onBack`: whoever had a connection of its own makes it again. */
  onResume(resume: () => Promise<void>): () => void {
    return joined(this.resumers, resume)
  }

  /** What could not be done for want of a link: done once after the reconnect, which may have been while it failed. */
  onceResumed(name: string, act: () => Promise<void>): void {
    if (this.isUp && !this.reconnecting) {
      setImmediate(() => inBackground(name, act(), this.options.log)) // not at once: the loss may be news of this very tick
      return
    }
    const stop = this.onResume(async () => {
      stop()
      await act()
    })
  }

  onBack(listener: () => void): void {
    this.backListeners.push(listener)
  }

  onReconnectFailed(listener: (failure: ReconnectFailure) => void): void {
    this.failureListeners.push(listener)
  }

  async close(): Promise<void> {
    this.state = { kind: 'closed' }
    this.cancelTimer?.()
    this.cancelTimer = null
    const ended = [...this.clients].map((client) => endOf(client))
    for (const client of [...this.clients]) this.release(client)
    await Promise.all(ended)
  }

  private notOpen(how: string): OperationalError {
    return new OperationalError(`the connection to ${maskedUrl(this.address)} is ${how}`)
  }

  private lose(cause: unknown): void {
    if (this.state.kind !== 'up') return
    const error = this.asOperational(cause)
    this.state = { kind: 'lost', error }
    this.dropClients()
    if (this.reconnecting) return // one more failed attempt, not a new loss
    for (const listener of this.lostListeners) listener(error)
    if (this.options.reconnects ?? true) this.startReconnect(0)
  }

  private startReconnect(retries: number): void {
    this.attempt = this.reconnect(retries)
    inBackground('reconnect to the broker', this.attempt, this.options.log)
  }

  private async reconnect(retries: number): Promise<void> {
    this.reconnecting = true
    try {
      const commands = await this.anyBroker()
      this.state = { kind: 'up', commands }
      await this.resumeAll()
      if (!this.isUp) throw this.lastError()
    } catch (error) {
      this.dropClients()
      this.retryLater(this.asOperational(error), retries + 1)
      return
    } finally {
      this.reconnecting = false
    }
    for (const listener of this.backListeners) listener()
  }

  /** Those too that come while the others resume; not when the new link breaks meanwhile, as each would only come again. */
  private async resumeAll(): Promise<void> {
    const resumed = new Set<() => Promise<void>>()
    while (this.isUp) {
      const next = this.resumers.find((one) => !resumed.has(one))
      if (!next) return
      resumed.add(next)
      await next()
      await new Promise((resolve) => setImmediate(resolve)) // a link that breaks in this very moment is heard of first
    }
  }

  private lastError(): Error {
    return this.state.kind === 'lost' ? this.state.error : new Error('Connection is closed.')
  }

  private dropClients(): void {
    for (const client of [...this.clients]) this.release(client)
    for (const listener of [...this.dropListeners]) listener()
  }

  private retryLater(error: OperationalError, retry: number): void {
    if (this.state.kind === 'closed') return
    this.state = { kind: 'lost', error }
    const { maxRetries, clock } = this.options
    const isLast = maxRetries !== null && retry > maxRetries
    const retryInSeconds = isLast ? null : reconnectWaitSeconds(retry)
    this.tellFailed({ error, retry, maxRetries, retryInSeconds })
    if (retryInSeconds === null) return
    this.cancelTimer = clock.after(retryInSeconds * 1000, () => this.startReconnect(retry))
  }
}

/** Answers how to leave again. */
function joined<T>(list: T[], one: T): () => void {
  list.push(one)
  return () => {
    const index = list.indexOf(one)
    if (index >= 0) list.splice(index, 1)
  }
}

function endOf(client: Redis): Promise<void> {
  if (client.status === 'end') return Promise.resolve()
  return new Promise((resolve) => client.once('end', () => resolve()))
}
