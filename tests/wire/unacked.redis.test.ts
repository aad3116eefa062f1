/** 08: what is in unacked while tasks run and wait, and what comes back to its queue after the visibility timeout. */
import { afterAll, describe, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

const conf = { broker_transport_options: { visibility_timeout: 5 } }
const unlogged = /missed heartbeat/ // the replay's clock jumps over them

describe('08-unacked-5.6.3', () => {
  test('in-flight', () => sameAsRecorded(server, '08-unacked-5.6.3/in-flight'))
  test('restore-cadence', () => sameAsRecorded(server, '08-unacked-5.6.3/restore-cadence', { conf }))
  test('visibility-redelivery', () =>
    sameAsRecorded(server, '08-unacked-5.6.3/visibility-redelivery', { conf, unlogged }))
  test('visibility-second-worker-start', () =>
    sameAsRecorded(server, '08-unacked-5.6.3/visibility-second-worker-start', { conf, unlogged }))
})
