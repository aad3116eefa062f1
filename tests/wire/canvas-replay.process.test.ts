/** 07: chunks, map and starmap, whose tasks every app in Python has; run in our pool. */
import { afterAll, test } from 'vitest'
import { startRedisServer } from '../support/redis-server.js'
import { sameInPython } from './same-in-python.js'

const server = await startRedisServer()
afterAll(() => server.stop())

test('07-canvas-5.6.3/chunks-map-starmap', () => sameInPython(server, '07-canvas-5.6.3/chunks-map-starmap'))
