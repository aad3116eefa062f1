/** Which list a priority goes to, held against kombu's own rule (bisect over `priority_steps`). */
import { expect, test } from 'vitest'
import { RedisKeys } from '../../../../src-main/engine/transport/redis/keys.js'

test.each([
  [undefined, 0, 'q'],
  [undefined, 5, 'q\x06\x163'],
  [undefined, 9, 'q\x06\x169'],
  [undefined, 255, 'q\x06\x169'],
  [[0, 1, 2], 7, 'q\x06\x162'],
  [[2, 5], 3, 'q\x06\x162'],
  [[2, 5], 0, 'q\x06\x165'], // as kombu: the index before the first one is the last one
])('priority_steps %s: a message of priority %s goes to %j, which is consumed', (prioritySteps, priority, list) => {
  const keys = new RedisKeys({ db: 0, ...(prioritySteps === undefined ? {} : { prioritySteps }) })
  expect(keys.list('q', priority)).toBe(list)
  expect(keys.lists('q')).toContain(list)
})
