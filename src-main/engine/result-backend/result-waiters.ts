/**
 * Everybody in this process who waits for a result, over one subscriber connection. The channel is subscribed before the
 * document is read, so that nothing falls in between; after a reconnect both are done again.
 * Celery: celery/backends/redis.py ResultConsumer, celery/backends/asynchronous.py
 */
import type { Redis } from 'ioredis'
import { isErrorOfType, OperationalError, TimeoutError } from '../errors.js'
import type { Clock } from '../ports/clock.js'
import { readyStates } from '../states.js'
import { isRedisReply } from '../transport/redis/connect.js'
import type { RedisConnections } from '../transport/redis/connections.js'
import { readResultMeta } from './read-result-meta.js'
import type { ResultCodec } from './result-codec.js'
import type { ResultMeta, WaitOptions } from './result-meta.js'

interface Waiter {
  readonly taskId: string
  readonly found: (meta: ResultMeta) => void
  /** Hears of every document, also of those that are no result yet. */
  readonly onMessage: (meta: ResultMeta) => void
  readonly failed: (error: unknown) => void
}

interface WaitersParts {
  readonly connections: RedisConnections
  readonly clock: Clock
  readonly codec: ResultCodec
  readonly keyOf: (taskId: string) => string
  readonly get: (taskId: string) => Promise<ResultMeta>
}

export class ResultWaiters {
  private readonly parts: WaitersParts
  private readonly waiters = new Map<string, Set<Waiter>>()
  private subscriber: Promise<Redis> | null = null

  constructor(parts: WaitersParts) {
    this.parts = parts
    parts.connections.onDropped(() => (this.subscriber = null))
    parts.connections.onResume(() => this.resume())
  }

  wait(taskId: string, { timeoutSeconds, signal, onMessage = () => {} }: WaitOptions): Promise<ResultMeta> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        if (!this.remove(waiter)) return
        cancelTimer()
        signal?.removeEventListener('abort', onAbort)
        act()
      }
      const waiter: Waiter = {
        taskId,
        onMessage,
        found: (meta) => settle(() => resolve(meta)),
        failed: (error) => settle(() => reject(error as Error)), // whatever was thrown is thrown on
      }
      const onAbort = (): void => waiter.failed(signal?.reason)
      const cancelTimer = this.timer(timeoutSeconds, waiter)
      this.add(waiter)
      signal?.addEventListener('abort', onAbort)
      if (signal?.aborted) return onAbort()
      void this.look(taskId, waiter)
    })
  }

  close(): void {
    const error = new OperationalError('the result backend was closed while its result was waited for')
    for (const waiter of this.all()) waiter.failed(error)
  }

  private timer(timeoutSeconds: number | null, waiter: Waiter): () => void {
    if (timeoutSeconds === null) return () => {}
    const error = new TimeoutError('The operation timed out.')
    return this.parts.clock.after(timeoutSeconds * 1000, () => waiter.failed(error))
  }

  /** SUBSCRIBE first, then GET. Without a link it is done after the reconnect; anything else is the waiters' to hear. */
  private async look(taskId: string, asking: Waiter | null): Promise<void> {
    try {
      const subscriber = await this.subscriberConnection()
      await subscriber.subscribe(this.parts.keyOf(taskId))
      this.hear(taskId, await this.parts.get(taskId), asking)
    } catch (error) {
      if (!this.waiters.has(taskId)) return
      if (isErrorOfType(error, 'DecodeError') || isErrorOfType(error, 'ContentDisallowed') || isRedisReply(error))
        this.fail(taskId, error)
      else this.parts.connections.onceResumed(`the wait for ${taskId}`, () => this.look(taskId, asking))
    }
  }

  private async resume(): Promise<void> {
    for (const taskId of [...this.waiters.keys()]) await this.look(taskId, null)
  }

  private subscriberConnection(): Promise<Redis> {
    this.subscriber ??= this.parts.connections.newClient().then((redis) => {
      redis.on('messageBuffer', (channel: Buffer, stored: Buffer) => this.receive(channel.toString('utf8'), stored))
      return redis
    })
    return this.subscriber
  }

  private receive(channel: string, stored: Buffer): void {
    const taskId = [...this.waiters.keys()].find((one) => this.parts.keyOf(one) === channel)
    if (taskId === undefined) return // nobody waits any more
    try {
      this.hear(taskId, readResultMeta(taskId, stored, this.parts.codec))
    } catch (error) {
      this.fail(taskId, error)
    }
  }

  private fail(taskId: string, error: unknown): void {
    for (const waiter of [...(this.waiters.get(taskId) ?? [])]) waiter.failed(error)
  }

  /** `asking`: who has just looked, and is told alone; null: all hear it. What is ready ends everybody's wait. */
  private hear(taskId: string, meta: ResultMeta, asking: Waiter | null = null): void {
    for (const waiter of [...(this.waiters.get(taskId) ?? [])]) {
      if (asking === null || asking === waiter || readyStates.has(meta.status)) waiter.onMessage(meta)
      if (readyStates.has(meta.status)) waiter.found(meta)
    }
  }

  private all(): readonly Waiter[] {
    return [...this.waiters.values()].flatMap((set) => [...set])
  }

  private add(waiter: Waiter): void {
    const set = this.waiters.get(waiter.taskId) ?? new Set()
    set.add(waiter)
    this.waiters.set(waiter.taskId, set)
  }

  /** False when it was settled before. The last one who waits for a task unsubscribes its channel. */
  private remove(waiter: Waiter): boolean {
    const set = this.waiters.get(waiter.taskId)
    if (!set?.delete(waiter)) return false
    if (set.size === 0) {
      this.waiters.delete(waiter.taskId)
      this.unsubscribe(waiter.taskId)
    }
    return true
  }

  private unsubscribe(taskId: string): void {
    if (!this.parts.connections.isUp) return
    // A link that breaks here has no subscription left to end.
    this.subscriber?.then((redis) => redis.unsubscribe(this.parts.keyOf(taskId))).catch(() => {})
  }
}
