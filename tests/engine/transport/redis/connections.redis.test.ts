/** The link as one thing: what breaks while it is being made anew. */
import type { Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../../../src-main/engine/index.js'
import { parseRedisUrl } from '../../../../src-main/engine/transport/redis/address.js'
import { connectRedis } from '../../../../src-main/engine/transport/redis/connect.js'
import { RedisConnections } from '../../../../src-main/engine/transport/redis/connections.js'
import { Failover } from '../../../../src-main/engine/transport/redis/failover.js'
import { startRedisServer } from '../../../support/redis-server.js'
import { waitFor } from '../../../support/wait-for.js'

const server = await startRedisServer()
afterAll(() => server.stop())

test('what was left for after a reconnect, and finds the new link broken too, waits for the next one', async () => {
  const made: Redis[] = []
  const connections = new RedisConnections({
    brokers: new Failover([parseRedisUrl(server.url())], 'round-robin', () => 0),
    connect: async (...to) => {
      const client = await connectRedis(...to)
      made.push(client)
      return client
    },
    connectOptions: {},
    clock: { nowMs: () => systemClock.nowMs(), after: (ms, run) => systemClock.after(ms / 100, run) },
    maxRetries: null,
    socketTimeoutSeconds: 120,
    log: { error: () => {} },
  })
  const cut = async (): Promise<void> => {
    const noticed = new Promise<void>((resolve) => connections.onDropped(resolve))
    made.at(-1)?.disconnect()
    await noticed
  }
  const upAtEachRun: boolean[] = []
  const act = async (): Promise<void> => {
    upAtEachRun.push(connections.isUp)
    if (upAtEachRun.length === 1) await cut()
    // A loop that called it again at once would do so for ever: here it ends, and is seen.
    if (!connections.isUp && upAtEachRun.length < 50) connections.onceResumed('the act', act)
  }

  await connections.open()
  await cut()
  connections.onceResumed('the act', act)
  await waitFor('it has run on a whole link', () => Promise.resolve(upAtEachRun.length > 1 && connections.isUp))
  expect(upAtEachRun).toEqual([true, true])
  await connections.close()
})
