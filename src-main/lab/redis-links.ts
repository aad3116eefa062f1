/**
 * Who reaches Redis how: one TCP proxy for each process's name, kept over restarts so that its broker URL stays the same.
 * While Redis is away nobody is let through, so that a client sees what it would see of a server that is down.
 */
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
  /** The one that ran last: a process that is started while Redis is away gets its URL all the same. */
  #latest: RunningRedis | null = null
  /** Who is let through to a Redis that is coming back. */
  #letThrough: 'all' | 'lab' | 'none' = 'all'

  /** Redis is there, or there again on another port. Opens nothing by itself. */
  reach(redis: RunningRedis): void {
    this.#redis = redis
    this.#latest = redis
    for (const proxy of this.#proxies.values()) proxy.retarget(redis)
  }

  get redis(): RunningRedis | null {
    return this.#redis
  }

  /** Redis is away: connections are dropped, and new ones are refused by the operating system. */
  async refuse(): Promise<void> {
    this.#redis = null
    await this.#let('none')
  }

  /** Only the lab itself: it begins to watch before anybody else can do anything. */
  async acceptLab(): Promise<void> {
    await this.#let('lab')
  }

  async acceptAll(): Promise<void> {
    await this.#let('all')
  }

  /** Without a database: the broker's. */
  async urlFor(owner: string, db = BROKER_DB): Promise<string> {
    const redis = this.#latest
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
    this.#redis = null
    this.#latest = null
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()))
    this.#proxies.clear()
    this.#letThrough = 'all'
  }

  async #open(owner: string, redis: RunningRedis): Promise<TcpProxy> {
    const proxy = new TcpProxy({ owner, owners: this.#owners, target: redis })
    this.#proxies.set(owner, proxy)
    await proxy.start() // gives it its port
    if (!this.#mayPass(owner)) {
      await proxy.stop()
      if (this.#mayPass(owner)) await proxy.start() // Redis came back meanwhile
    }
    return proxy
  }

  async #let(whom: 'all' | 'lab' | 'none'): Promise<void> {
    this.#letThrough = whom
    const each = [...this.#proxies].map(([owner, proxy]) => (this.#mayPass(owner) ? proxy.start() : proxy.stop()))
    await Promise.all(each)
  }

  #mayPass(owner: string): boolean {
    return this.#letThrough === 'all' || (this.#letThrough === 'lab' && owner === LAB_ITSELF)
  }
}
