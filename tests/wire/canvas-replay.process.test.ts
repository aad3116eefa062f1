/** 07: chunks, map and starmap, whose tasks every app in Python has; run in our pool. */
import { test } from 'vitest'
import { sameInPython } from './same-in-python.js'

test.concurrent('07-canvas-5.6.3/chunks-map-starmap', () => sameInPython('07-canvas-5.6.3/chunks-map-starmap'))
