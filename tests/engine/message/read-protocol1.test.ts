/** What a message of protocol 1 says is kept as one of protocol 2 keeps it. */
import { expect, test } from 'vitest'
import { fromProtocol1 } from '../../../src-main/engine/message/read-protocol1.js'
import { parseJson } from '../../../src-main/engine/serialization/json.js'

test('time limits with a fraction, or written as one, are limits', () => {
  const body = parseJson('{"task": "t", "id": "1", "args": [], "kwargs": {}, "timelimit": [5.0, 2.5]}')
  expect(fromProtocol1(body, new Uint8Array())?.headers.timelimit).toEqual([5, 2.5])
})
