/**
 * A list that belongs to one process for as long as it lives: replies to a control caller, a node's pidbox. What is taken
 * from it is not kept in `unacked`: nobody else could use it.
 *   open   SADD _kombu.binding.<exchange> <routing key SEP pattern SEP queue>
 *   close  SREM of that member, DEL of the lists
 * Celery: kombu/pidbox.py, kombu/transport/redis.py (auto_delete, no_ack); PROTOCOL.md 11
 */
import type { Redis } from 'ioredis'
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import { readEnvelope } from '../../message/read-envelope.js'
import { inBackground } from '../../ports/in-background.js'
import type { Log } from '../../ports/log.js'
import type { Subscription } from '../channel.js'
import { execAll } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'

export interface OwnQueueParts {
  readonly connections: RedisConnections
  readonly keys: RedisKeys
  readonly log: Pick<Log, 'error' | 'warning'>
}

export interface OwnQueueOptions {
  readonly queue: QueueName
  readonly exchange: string
  readonly routingKey: string
  readonly pattern: string
  /** null: the list is only declared, nothing reads it. */
  readonly onMessage: ((envelope: Envelope) => void) | null
}

export class OwnQueue implements Subscription {
  private readonly parts: OwnQueueParts
  private readonly options: OwnQueueOptions
  private client: Redis | null = null
  private closed = false
  private stopHearing: readonly (() => void)[] = []

  constructor(parts: OwnQueueParts, options: OwnQueueOptions) {
    this.parts = parts
    this.options = options
  }

  async open(): Promise<void> {
    const { connections } = this.parts
    this.stopHearing = [connections.onDropped(() => (this.client = null)), connections.onResume(() => this.declare())]
    try {
      await this.declare()
    } catch (error) {
      for (const stop of this.stopHearing) stop() // nobody has it, so nobody will close it: no reconnect may open it
      throw error
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    for (const stop of this.stopHearing) stop()
    if (this.client) this.parts.connections.release(this.client)
    this.client = null
    if (!this.parts.connections.isUp) return // the keys stay behind, as a killed Celery leaves them
    const lists = this.parts.keys.lists(this.options.queue)
    await this.parts.connections.run((redis) =>
      execAll(
        redis
          .multi()
          .srem(this.bindingKey, this.member)
          .del(...lists),
      ),
    )
  }

  private async declare(): Promise<void> {
    await this.parts.connections.run((redis) => redis.sadd(this.bindingKey, this.member))
    if (this.options.onMessage === null) return
    this.client = await this.parts.connections.newClient()
    inBackground(`the reader of ${this.options.queue}`, this.read(this.client, this.options.onMessage), this.parts.log)
  }

  private async read(client: Redis, onMessage: (envelope: Envelope) => void): Promise<void> {
    const lists = this.parts.keys.lists(this.options.queue)
    while (this.client === client) {
      const found = await this.parts.connections.within(client, client.brpop(...lists, 1)).catch((error: unknown) => {
        if (client.status === 'ready') throw error // Redis refuses
        return 'ended' as const // the link is gone; after a reconnect `declare` reads over a new one
      })
      if (found === 'ended') return
      if (found && this.client === client) this.receive(found[1], onMessage)
    }
  }

  private receive(text: string, onMessage: (envelope: Envelope) => void): void {
    const reading = readEnvelope(text)
    if (reading.kind === 'envelope') return onMessage(reading.envelope)
    this.parts.log.warning(`Cannot read a message in the queue ${this.options.queue}: ${reading.reason}; it is dropped`)
  }

  private get bindingKey(): string {
    return this.parts.keys.binding(this.options.exchange)
  }

  private get member(): string {
    const { routingKey, pattern, queue } = this.options
    return this.parts.keys.bindingMember({ routingKey, pattern, queue })
  }
}
