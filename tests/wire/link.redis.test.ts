/** 06: the messages, results and events of callbacks and errbacks of every kind, and what is logged of them. */
import { afterAll, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameAsRecorded } from './same-as-recorded.js'

const server = await startRedisServer()
afterAll(() => server.stop())

test('06-link-5.6.3/all', () => sameAsRecorded(server, '06-link-5.6.3/all'))
