/** Who reaches Redis how: one TCP proxy for each process's name, kept over restarts so that its broker URL stays the same. */
import { connectionOwners } from '../faults/connection-owners.js'
import { TcpProxy } from '../faults/tcp-proxy.js'
import type { RunningRedis } from './redis-process.js'

/** The lab's own connections go through a proxy as well, so that its commands are known to be its own. */
export const LAB_ITSELF = 'lab'
/** Anybody who connects to Redis without one of our proxies. */
export const OUTSIDE = 'outside'
/** Messages and results lie in two databases of one Redis: emptying the one leaves the other as it is. */
export const BROKER_DB = 0
export const RESULTS_DB = 1

export class RedisLinks {
  readonly #owners = connectionOwners()
  readonly #proxies = new Map<string, TcpProxy>()
  #redis: RunningRedis | null = null

  /** Redis is there, or there again on another port. */
  reach(redis: RunningRedis): void {
    this.#redis = redis
    for (const proxy of this.#proxies.values()) proxy.retarget(redis)
  }

  get redis(): RunningRedis | null {
    return this.#redis
  }

  lost(): void {
    this.#redis = null
  }

  /** Without a database: the broker's. */
  async urlFor(owner: string, db = BROKER_DB): Promise<string> {
    const redis = this.#redis
    if (redis === null) throw new Error(`There is no Redis yet that ${owner} could be linked to`)
    const proxy = this.#proxies.get(owner) ?? (await this.#open(owner, redis))
    return `redis://:${redis.password}@127.0.0.1:${proxy.port}/${db}`
  }

  /** For faults that concern one process's link. */
  proxyOf(owner: string): TcpProxy | null {
    return this.#proxies.get(owner) ?? null
  }

  /** `client` is MONITOR's `127.0.0.1:41873`. */
  ownerOf(client: string): string {
    return this.#owners.ownerOf(Number(client.slice(client.lastIndexOf(':') + 1))) ?? OUTSIDE
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()))
    this.#proxies.clear()
  }

  async #open(owner: string, redis: RunningRedis): Promise<TcpProxy> {
    const proxy = new TcpProxy({ owner, owners: this.#owners, target: redis })
    this.#proxies.set(owner, proxy)
    await proxy.start()
    return proxy
  }
}
