/** Everything that lies in Redis, as the recorder wrote it down. */
import type { Redis } from 'ioredis'
import type { Snapshot } from './timeline.js'

export async function readKeys(redis: Redis): Promise<Snapshot['keys']> {
  const keys: Record<string, Snapshot['keys'][string]> = {}
  for (const key of (await redis.keys('*')).sort()) {
    const type = await redis.type(key)
    keys[key] = { type, pttl_ms: await redis.pttl(key), value: await valueOf(redis, key, type) }
  }
  return keys
}

async function valueOf(redis: Redis, key: string, type: string): Promise<Snapshot['keys'][string]['value']> {
  switch (type) {
    case 'list':
      return redis.lrange(key, 0, -1)
    case 'set':
      return (await redis.smembers(key)).sort()
    case 'hash':
      return redis.hgetall(key)
    case 'zset': {
      const flat = await redis.zrange(key, 0, -1, 'WITHSCORES')
      return Object.fromEntries(flat.flatMap((member, n) => (n % 2 ? [] : [[member, flat[n + 1] ?? '']])))
    }
    default:
      return redis.get(key)
  }
}
