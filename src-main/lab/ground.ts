/**
 * What everything else stands on: Redis, the links to it, what is watched in it, and the outside world. Whichever of these dies
 * is started again, because no lesson and no button asks a learner to do that, and it is said what was lost with it.
 */
import type { Problem, Reply } from '../contract/problem.js'
import { BrokerWatch } from './broker-watch.js'
import type { Exit } from './child-handle.js'
import { DONE, redisDied, refuse, unexpected, worldDied } from './problems.js'
import { RedisLinks } from './redis-links.js'
import { RedisOutages } from './redis-outages.js'
import { RedisProcess } from './redis-process.js'
import type { Surroundings } from './surroundings.js'
import { WorldProcess } from './world-process.js'

export interface GroundOptions {
  readonly surroundings: Surroundings
  readonly changed: () => void
  readonly problem: (problem: Problem) => void
  /** It could not be started again: the lab cannot go on. */
  readonly failed: (problem: Problem) => void
}

const START_AGAIN_AFTER_MS = 300
const START_AGAIN_AT_MOST = 3

export class Ground {
  readonly links = new RedisLinks()
  readonly world: WorldProcess
  readonly broker: BrokerWatch
  readonly outages: RedisOutages
  readonly #options: GroundOptions
  readonly #redis: RedisProcess
  #stands = false
  #comingBack: Promise<Reply<null>> | null = null

  constructor(options: GroundOptions) {
    this.#options = options
    const { surroundings, changed } = options
    this.#redis = new RedisProcess({ surroundings, onDied: (exit) => void this.#redisDied(exit) })
    this.world = new WorldProcess({ surroundings, onDied: (exit) => void this.#worldDied(exit), onSettings: changed })
    this.broker = new BrokerWatch({ links: this.links, tell: surroundings.tell, nowMs: surroundings.nowMs })
    const { links, broker } = this
    const bringBack = (): Promise<Reply<null>> => this.#bringRedisBack()
    this.outages = new RedisOutages({ redis: this.#redis, links, broker, bringBack, changed })
  }

  /** How Redis runs, or will when it is started again. */
  get redisSettings(): { readonly appendOnly: boolean } {
    return { appendOnly: this.#redis.appendOnly }
  }

  async start(): Promise<Reply<null>> {
    const [redis, world] = await Promise.all([this.#redis.start(), this.world.start()])
    if (!redis.ok) return redis
    if (!world.ok) return world
    this.links.reach(redis.value)
    await this.broker.start()
    this.#stands = true
    return DONE
  }

  async stop(): Promise<void> {
    this.#stands = false
    await this.#stopAll()
    await this.outages.end() // finds that nothing stands any more, and starts nothing
  }

  async #stopAll(): Promise<void> {
    this.broker.stop()
    await Promise.all([this.world.stop(), this.#redis.stop()])
    await this.links.stop()
  }

  async #redisDied(exit: Exit): Promise<void> {
    await this.links.refuse()
    if (!this.#stands) return
    this.#options.problem(redisDied(exit, this.redisSettings))
    await this.#bringRedisBack()
  }

  /** Once, whoever asks: it may die while an ordered outage ends. */
  #bringRedisBack(): Promise<Reply<null>> {
    this.#comingBack ??= this.#startAgain(() => this.#startRedisAgain()).finally(() => (this.#comingBack = null))
    return this.#comingBack
  }

  /** Everybody else is let through only when the lab sees every command again. */
  async #startRedisAgain(): Promise<Reply<null>> {
    await this.#redis.end() // one that started before, and then did not answer
    const redis = await this.#redis.start()
    if (!redis.ok) return redis
    this.links.reach(redis.value)
    await this.links.acceptLab()
    await this.broker.goOn({ isEmpty: !this.#redis.appendOnly })
    await this.links.acceptAll()
    return DONE
  }

  async #worldDied(exit: Exit): Promise<void> {
    if (!this.#stands) return
    this.#options.problem(worldDied(exit))
    await this.#startAgain(() => this.world.start())
  }

  /** Whatever killed it may kill it again while it starts: only what does not start several times is given up. */
  async #startAgain(start: () => Promise<Reply<null>>): Promise<Reply<null>> {
    let started: Reply<null> = DONE
    for (let attempt = 1; this.#stands; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, START_AGAIN_AFTER_MS))
      if (!this.#stands) break
      started = await start().catch((error: unknown) => refuse(unexpected(error)))
      if (!this.#stands) {
        await this.#stopAll() // stopped while it was being started
        break
      }
      if (started.ok) break
      if (attempt === START_AGAIN_AT_MOST) {
        this.#options.failed(started.problem)
        break
      }
    }
    this.#options.changed()
    return started
  }
}
