/** 18: when limited tasks start, and what is reserved and unacked meanwhile. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('18-rate-limit-5.6.3', () => {
  test('10-per-minute', () => sameAsRecorded(server, '18-rate-limit-5.6.3/10-per-minute'))
  test('disabled', () =>
    sameAsRecorded(server, '18-rate-limit-5.6.3/disabled', { conf: { worker_disable_rate_limits: true } }))
})
