/**
 * What everything else stands on: Redis, the links to it, what is watched in it, and the outside world. Whichever of these dies
 * is started again, because no lesson and no button asks a learner to do that, and it is said what was lost with it.
 */
import type { Problem, Reply } from '../contract/problem.js'
import { BrokerWatch } from './broker-watch.js'
import type { Exit } from './child-handle.js'
import { DONE, redisDied, worldDied } from './problems.js'
import { RedisLinks } from './redis-links.js'
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
  readonly #options: GroundOptions
  readonly #redis: RedisProcess
  #stands = false

  constructor(options: GroundOptions) {
    this.#options = options
    const { surroundings, changed } = options
    this.#redis = new RedisProcess({ surroundings, onDied: (exit) => void this.#redisDied(exit) })
    this.world = new WorldProcess({ surroundings, onDied: (exit) => void this.#worldDied(exit), onSettings: changed })
    this.broker = new BrokerWatch({ links: this.links, tell: surroundings.tell, nowMs: surroundings.nowMs })
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
    this.broker.stop()
    await Promise.all([this.world.stop(), this.#redis.stop()])
    await this.links.stop()
    this.links.lost()
  }

  async #redisDied(exit: Exit): Promise<void> {
    this.links.lost()
    if (!this.#stands) return
    this.#options.problem(redisDied(exit))
    await this.#startAgain(async () => {
      const redis = await this.#redis.start()
      if (!redis.ok) return redis
      this.links.reach(redis.value)
      this.broker.forget()
      return DONE
    })
  }

  async #worldDied(exit: Exit): Promise<void> {
    if (!this.#stands) return
    this.#options.problem(worldDied(exit))
    await this.#startAgain(() => this.world.start())
  }

  /** Whatever killed it may kill it again while it starts: only what does not start several times is given up. */
  async #startAgain(start: () => Promise<Reply<null>>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, START_AGAIN_AFTER_MS))
      if (!this.#stands) return
      const started = await start()
      if (!this.#stands) {
        await this.stop() // stopped while it was being started
        break
      }
      if (started.ok) break
      if (attempt === START_AGAIN_AT_MOST) {
        this.#options.failed(started.problem)
        break
      }
    }
    this.#options.changed()
  }
}
