/**
 * The lab's monitor: what it hears of Celery's events becomes facts. Events are Redis pub/sub: who does not listen at that moment never
 * hears of them, and a fault can take the monitor off the channel for a while. Celery: celery/events/receiver.py; PROTOCOL.md 12
 */
import type { Redis } from 'ioredis'
import type { Fact } from '../contract/feed.js'
import { eventFacts, eventsPattern } from '../record/event-facts.js'

const PATTERN = eventsPattern(0)

export class Monitor {
  readonly #tell: (fact: Fact) => void
  #redis: Redis | null = null
  #deaf: { readonly timer: NodeJS.Timeout; readonly over: () => void } | null = null

  constructor(tell: (fact: Fact) => void) {
    this.#tell = tell
  }

  /** Resolves when every event from now on is heard. */
  async listen(redis: Redis): Promise<void> {
    this.#redis = redis
    redis.on('pmessage', (pattern: string, _channel: string, message: string) => {
      if (pattern !== PATTERN) return
      for (const fact of eventFacts(message)) this.#tell(fact)
    })
    await redis.psubscribe(PATTERN)
  }

  /** PUNSUBSCRIBE, and PSUBSCRIBE after `forMs`. Resolves when it is deaf; asked again meanwhile, the time begins anew. */
  async deafFor(forMs: number, over: () => void): Promise<void> {
    if (this.#redis?.status !== 'ready') throw new Error('Redis does not answer')
    const before = this.#deaf
    if (before === null) await this.#redis.punsubscribe(PATTERN)
    else clearTimeout(before.timer)
    const timer = setTimeout(() => void this.hearAgain().catch(() => undefined), forMs) // a lost link subscribes anew by itself
    this.#deaf = { timer, over }
    before?.over()
  }

  /** Ends the deafness, if there is one. */
  async hearAgain(): Promise<void> {
    const deaf = this.#deaf
    if (deaf === null || this.#redis === null) return
    this.#deaf = null
    clearTimeout(deaf.timer)
    await this.#redis.psubscribe(PATTERN)
    deaf.over()
  }

  stop(): void {
    if (this.#deaf !== null) clearTimeout(this.#deaf.timer)
    this.#deaf = null
    this.#redis = null
  }
}
