/** 05: what is stored, put back, told and logged of a task that ends itself by Ignore or Reject. */
import { afterAll, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

test('05-ignore-reject-5.6.3/all', () => sameAsRecorded(server, '05-ignore-reject-5.6.3/all'))
