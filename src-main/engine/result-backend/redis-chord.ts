/**
 * A chord's header in Redis: how many tasks it has, which of them have ended, and with what.
 *   size     MULTI  SETEX <g>.s <seconds> <n>  PUBLISH <g>.s <n>  EXEC
 *   enlarge  INCRBY <g>.t 1
 *   part     MULTI  ZADD <g>.j <index> [1, id, state, result]  ZCOUNT <g>.j -inf +inf  GET <g>.t  GET <g>.s  3x EXPIRE  EXEC
 *   collect  GET <g>  MULTI  ZRANGE <g>.j 0 -1  EXEC
 *   save     MULTI  SETEX <g> <seconds> {"result": …}  PUBLISH <g> …  EXEC
 *   clear    MULTI  DEL <g>.j  DEL <g>.t  DEL <g>.s  EXEC
 * with `<g>` = `celery-taskset-meta-<group id>`. With `result_chord_ordered` off `.j` is a list: RPUSH, LLEN, LRANGE.
 * Celery: celery/backends/redis.py (on_chord_part_return, set_chord_size); PROTOCOL.md 10
 */
import { DecodeError } from '../errors.js'
import { stringifyJson } from '../serialization/json.js'
import type { WireValue } from '../serialization/wire-value.js'
import { execAll } from '../transport/redis/connect.js'
import type { RedisConnections } from '../transport/redis/connections.js'
import type { ResultCodec } from './result-codec.js'
import type { ChordHeader, ChordPart, ChordProgress } from './result-meta.js'

export interface RedisChordParts {
  readonly connections: RedisConnections
  readonly codec: ResultCodec
  readonly globalKeyprefix: string
  readonly expiresSeconds: number | null
  /** result_backend_transport_options.result_chord_ordered */
  readonly ordered: boolean
}

export class RedisChordHeader implements ChordHeader {
  private readonly parts: RedisChordParts

  constructor(parts: RedisChordParts) {
    this.parts = parts
  }

  async setSize(groupId: string, size: number): Promise<void> {
    await this.set(`${this.key(groupId)}.s`, String(size))
  }

  async saveGroup(groupId: string, result: WireValue): Promise<void> {
    await this.set(this.key(groupId), stringifyJson({ result }))
  }

  async deleteGroup(groupId: string): Promise<void> {
    const { connections } = this.parts
    await connections.open()
    await connections.run((redis) => redis.del(this.key(groupId)))
  }

  async enlarge(groupId: string): Promise<void> {
    const { connections } = this.parts
    await connections.open()
    await connections.run((redis) => redis.incrby(`${this.key(groupId)}.t`, 1))
  }

  async add(groupId: string, part: ChordPart): Promise<ChordProgress> {
    const { connections, codec, expiresSeconds, ordered } = this.parts
    const key = this.key(groupId)
    const text = codec.encode([1, part.taskId, part.state, part.result])
    await connections.open()
    const replies = await connections.run((redis) => {
      const transaction = redis.multi()
      if (ordered) transaction.zadd(`${key}.j`, part.index ?? '+inf', text).zcount(`${key}.j`, '-inf', '+inf')
      else transaction.rpush(`${key}.j`, text).llen(`${key}.j`)
      transaction.get(`${key}.t`).get(`${key}.s`)
      if (expiresSeconds !== null) for (const end of ['.j', '.t', '.s']) transaction.expire(key + end, expiresSeconds)
      return execAll(transaction)
    })
    const [, ended, adjustment, size] = replies ?? []
    // As Celery: without a size nobody knows when the header is complete, and nothing happens.
    if (size === null || size === undefined) return { complete: false }
    return { complete: Number(ended) === Number(size) + Number(adjustment ?? 0) }
  }

  async saved(groupId: string): Promise<WireValue> {
    const { connections, codec } = this.parts
    await connections.open()
    const stored = await connections.run((redis) => redis.getBuffer(this.key(groupId)))
    return stored === null ? null : codec.decode(stored)
  }

  async collect(groupId: string): Promise<readonly ChordPart[]> {
    const { connections, codec, ordered } = this.parts
    const key = `${this.key(groupId)}.j`
    await connections.open()
    const replies = await connections.run((redis) => {
      const transaction = redis.multi()
      return execAll(ordered ? transaction.zrangeBuffer(key, 0, -1) : transaction.lrangeBuffer(key, 0, -1))
    })
    const stored = replies?.[0]
    if (!Array.isArray(stored)) return []
    return (stored as readonly Buffer[]).map((one, index) => readPart(codec.decode(one), index)) // asked for as bytes
  }

  async clear(groupId: string): Promise<void> {
    const { connections } = this.parts
    const key = this.key(groupId)
    await connections.open()
    await connections.run((redis) => execAll(redis.multi().del(`${key}.j`).del(`${key}.t`).del(`${key}.s`)))
  }

  private async set(key: string, text: string): Promise<void> {
    const { connections, expiresSeconds } = this.parts
    await connections.open()
    await connections.run(async (redis) => {
      const transaction = redis.multi()
      if (expiresSeconds === null) transaction.set(key, text)
      else transaction.setex(key, expiresSeconds, text)
      await execAll(transaction.publish(key, text))
    })
  }

  private key(groupId: string): string {
    return `${this.parts.globalKeyprefix}celery-taskset-meta-${groupId}`
  }
}

function readPart(value: WireValue, index: number): ChordPart {
  const [, taskId, state, result] = Array.isArray(value) ? (value as readonly WireValue[]) : []
  if (typeof taskId === 'string' && typeof state === 'string') return { taskId, state, result: result ?? null, index }
  throw new DecodeError(
    `a chord's part is ${stringifyJson(value)}, expected [1, id, state, result]; the chord's body is not sent`,
  )
}
