/** The Redis of a replay: a client that puts things into it, and as facts what everybody else tells it, over a restart too. */
import type { Redis } from 'ioredis'
import { RedisCommandStream } from '../../src-main/record/redis-command-stream.js'
import type { RedisServer } from '../support/redis-server.js'
import { factsOfCommand, type Fact } from './facts.js'

export class WatchedRedis {
  readonly facts: Fact[] = []
  private readonly server: RedisServer
  private watching: { readonly redis: Redis; readonly monitor: RedisCommandStream } | null = null

  constructor(server: RedisServer) {
    this.server = server
  }

  get redis(): Redis {
    if (this.watching === null) throw new Error('Redis is away')
    return this.watching.redis
  }

  async start(): Promise<void> {
    const redis = this.server.client()
    const own = await addressOf(redis)
    const { port, password } = this.server
    const monitor = new RedisCommandStream({
      target: () => ({ host: '127.0.0.1', port, password }),
      onCommand: (command) => {
        if (command.client !== own) this.facts.push(...factsOfCommand(command))
      },
      onGap: (why) => {
        throw new Error(why)
      },
    })
    await monitor.start()
    this.watching = { redis, monitor }
  }

  stop(): void {
    this.watching?.monitor.stop()
    this.watching?.redis.disconnect()
    this.watching = null
  }

  async kill(): Promise<void> {
    this.stop()
    await this.server.stop()
  }

  /** Empty: nothing of it was on a disk. */
  async restart(): Promise<void> {
    await this.server.start()
    await this.start()
  }
}

async function addressOf(redis: Redis): Promise<string> {
  const info = (await redis.client('INFO')) as string
  return /\baddr=(\S+)/.exec(info)?.[1] ?? ''
}
