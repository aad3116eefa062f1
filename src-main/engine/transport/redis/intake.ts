/**
 * From a list item to a delivery. Between BRPOP and HSET a message is in this process only: what cannot be kept goes back to
 * its list as soon as Redis takes it, and what is no message is parked under a list of its own.
 * Celery: kombu/transport/redis.py Channel._brpop_read, QoS.append
 */
import type { QueueName } from '../../ids.js'
import type { Envelope } from '../../message/envelope.js'
import { readEnvelope } from '../../message/read-envelope.js'
import type { Clock } from '../../ports/clock.js'
import type { Log } from '../../ports/log.js'
import { sleep } from '../../ports/sleep.js'
import type { Unreadable } from '../channel.js'
import { execAll, isRedisReply } from './connect.js'
import type { RedisConnections } from './connections.js'
import type { RedisKeys } from './keys.js'

/** A queue full of garbage must not fill Redis a second time. */
const mostParked = 1000

/** An item and the list it was taken from. */
export interface Found {
  readonly key: string
  readonly item: Buffer
}

export interface IntakeParts {
  readonly connections: RedisConnections
  readonly keys: RedisKeys
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  /** Keeps the message and hands it over; rejects when Redis would not keep it. */
  readonly deliver: (queue: QueueName, envelope: Envelope, text: string) => Promise<void>
  readonly onUnreadable: (found: Unreadable) => void
}

export class Intake {
  private readonly parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.parts = parts
  }

  async take(queue: QueueName, found: Found): Promise<void> {
    const text = decode(found.item)
    const reading = text === null ? { kind: 'unreadable' as const, reason: 'not UTF-8' } : readEnvelope(text)
    if (text === null || reading.kind === 'unreadable')
      return this.setAside(queue, found, text, reading.kind === 'unreadable' ? reading.reason : 'not UTF-8')
    try {
      await this.parts.deliver(queue, reading.envelope, text)
    } catch (error) {
      await this.notTaken('a message for unacked', found, error)
    }
  }

  async putBack(found: Found): Promise<void> {
    try {
      await this.parts.connections.run((redis) => redis.rpush(found.key, found.item))
    } catch (error) {
      await this.notTaken('a message back in its list', found, error)
    }
  }

  async refused(what: string, error: unknown): Promise<void> {
    this.parts.log.error(`Redis refused ${what}: ${(error as Error).message}; trying again in 1 second`)
    await sleep(this.parts.clock, 1000)
  }

  private async setAside(queue: QueueName, found: Found, text: string | null, reason: string): Promise<void> {
    try {
      await this.park(queue, found.item)
    } catch (error) {
      return this.notTaken('an item for its list of unreadable ones', found, error)
    }
    this.parts.onUnreadable({ queue, raw: text ?? found.item.toString('latin1'), reason })
  }

  /** The message is in our hands and in no list: it goes back as soon as Redis takes it. */
  private async notTaken(what: string, found: Found, error: unknown): Promise<void> {
    if (isRedisReply(error)) {
      await this.refused(what, error)
      return this.putBack(found)
    }
    this.parts.connections.onceResumed(`giving a message back to ${found.key}`, () => this.putBack(found))
  }

  private async park(queue: QueueName, item: Buffer): Promise<void> {
    const key = this.parts.keys.parked(queue)
    await this.parts.connections.run((redis) =>
      execAll(
        redis
          .multi()
          .lpush(key, item)
          .ltrim(key, 0, mostParked - 1),
      ),
    )
  }
}

function decode(item: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(item)
  } catch {
    return null // reported as unreadable
  }
}
