/**
 * Outages of Redis that somebody ordered: for a while, or a few short ones. An ordered end is no death that is repaired at once,
 * and whoever builds a start state ends an outage first.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Problem, Reply } from '../contract/problem.js'
import type { BrokerWatch } from './broker-watch.js'
import { DONE, refuse, unexpected } from './problems.js'
import type { RedisLinks } from './redis-links.js'
import type { RedisProcess } from './redis-process.js'

export interface RedisOutagesParts {
  readonly redis: RedisProcess
  readonly links: RedisLinks
  readonly broker: BrokerWatch
  /** Starts it again, and lets everybody connect; the reply says why that did not work. */
  readonly bringBack: () => Promise<Reply<null>>
  readonly changed: () => void
}

/** Between two bounces: long enough for a client to begin to connect again. */
const BETWEEN_BOUNCES_MS = 1_500

export class RedisOutages {
  readonly #parts: RedisOutagesParts
  /** The one under way, until Redis is there again. */
  #present: Promise<Reply<null>> | null = null
  #over = new AbortController()

  constructor(parts: RedisOutagesParts) {
    this.#parts = parts
  }

  get underWay(): boolean {
    return this.#present !== null
  }

  /** None may be under way. Answers when Redis is down; `back` is told when it is there again, or why it is not. */
  async stop(
    order: { readonly forMs: number; readonly keepData: boolean },
    back: (problem: Problem | null) => void,
  ): Promise<Reply<null>> {
    this.#over = new AbortController()
    let trouble: Problem | null = null
    const down = this.#goDown(order.keepData, (problem) => (trouble = problem)).catch((error: unknown) =>
      refuse(unexpected(error)),
    )
    const outage = down.then(async (reply) => {
      if (!reply.ok) return reply // it was not stopped
      await delay(order.forMs, null, { signal: this.#over.signal }).catch(() => undefined) // ended early
      const there = await this.#parts.bringBack()
      back(there.ok ? trouble : there.problem)
      return there
    })
    void this.#hold(outage)
    return down
  }

  /** Ends the outage that is under way; answers when Redis is there again. */
  async end(): Promise<Reply<null>> {
    this.#over.abort()
    return (await this.#present) ?? DONE
  }

  /** None may be under way. Answers when Redis is there again for the last time. */
  async bounce(times: number): Promise<Reply<null>> {
    this.#over = new AbortController()
    return this.#hold(this.#bounces(times))
  }

  async setAppendOnly(on: boolean): Promise<void> {
    const { redis, broker, changed } = this.#parts
    if (redis.appendOnly === on) return
    await broker.setAppendOnly(on)
    redis.appendOnly = on
    changed()
  }

  async #bounces(times: number): Promise<Reply<null>> {
    for (let bounce = 1; bounce <= times; bounce += 1) {
      await this.#parts.links.refuse()
      await this.#parts.redis.end()
      const there = await this.#parts.bringBack()
      if (!there.ok) return there
      const last = bounce === times || this.#over.signal.aborted
      if (last) break
      await delay(BETWEEN_BOUNCES_MS, null, { signal: this.#over.signal }).catch(() => undefined) // ended early
    }
    return DONE
  }

  /** Rejects while nothing was done. Once the links refuse, Redis is down for everybody, and has to be brought back whatever happens. */
  async #goDown(keepData: boolean, onTrouble: (problem: Problem) => void): Promise<Reply<null>> {
    const { redis, links, changed } = this.#parts
    await this.setAppendOnly(keepData)
    await links.refuse()
    try {
      await redis.end()
      if (!keepData) await redis.eraseData()
    } catch (error) {
      onTrouble(unexpected(error))
    }
    changed()
    return DONE
  }

  #hold(outage: Promise<Reply<null>>): Promise<Reply<null>> {
    const settled = outage
      .catch((error: unknown) => refuse(unexpected(error)))
      .finally(() => {
        this.#present = null
        this.#parts.changed()
      })
    this.#present = settled
    return settled
  }
}
