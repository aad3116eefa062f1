/** 02: messages that wait for their eta and messages that expire, taken by our worker at the recorded times of day. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('02-eta-expires-5.6.3', () => {
  test('worker', () => sameAsRecorded(server, '02-eta-expires-5.6.3/worker'))
  test('worker-oslo', () =>
    sameAsRecorded(server, '02-eta-expires-5.6.3/worker-oslo', { conf: { timezone: 'Europe/Oslo' } }))
  test('naive-eta-oslo', () =>
    sameAsRecorded(server, '02-eta-expires-5.6.3/naive-eta-oslo', { conf: { timezone: 'Europe/Oslo' } }))
})
