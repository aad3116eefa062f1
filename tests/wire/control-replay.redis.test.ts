/** 11, 12, 13: what several workers tell each other, a pool that grows and shrinks, and events that are asked for. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

describe('11-revoke-5.6.3', () => {
  test('mingle', () => sameAsRecorded(server, '11-revoke-5.6.3/mingle', { unlogged: /flagged as revoked/ })) // a set's own order
})

describe('12-remote-control-5.6.3', () => {
  test('grow-shrink', () => sameAsRecorded(server, '12-remote-control-5.6.3/grow-shrink'))
})

describe('13-events-5.6.3', () => {
  test('no-task-events', () => sameAsRecorded(server, '13-events-5.6.3/no-task-events'))
})
