/** The result documents of the recorded round trips: what our worker stores for the same outcome is the same text. */
import { afterAll, describe, expect, test } from 'vitest'
import { RedisBackend } from '../../src-main/engine/result-backend/redis-backend.js'
import { resultDocument } from '../../src-main/engine/result-backend/result-document.js'
import { parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { readRecording } from './recording.js'

const server = await startRedisServer()
const redis = server.client()
afterAll(() => server.stop())

describe.each([
  '01-basic-5.6.3/roundtrip',
  '01-basic-5.6.3/json-types',
  '01-basic-5.6.3/inherit-priority-and-children',
  '01-basic-5.2.6/roundtrip',
  '01-basic-5.2.6/inherit-priority-and-children',
])('%s', (folder) => {
  const { results } = readRecording(folder)

  test.each(results.map((one) => [one.key, one] as const))('%s', async (key, { text, ttl }) => {
    const recorded = parseJson(text) as WireObject
    const backend = new RedisBackend({
      url: server.url(),
      log: { warning: () => {}, error: (line) => console.error(line) },
    })
    try {
      await redis.del(key)
      await backend.store(
        resultDocument(
          {
            taskId: recorded.task_id as string,
            groupId: null,
            parentId: (recorded.parent_id as string | undefined) ?? null,
            extended: null,
          },
          {
            status: recorded.status as string,
            result: recorded.result as WireValue,
            traceback: null,
            children: recorded.children as readonly WireValue[],
            atMs: Date.UTC(2026, 10, 22, 11, 37, 19) + 117.866,
          },
        ),
      )
      expect(withoutTime(await redis.get(key))).toBe(withoutTime(text))
      expect(await redis.ttl(key)).toBe(ttl)
      expect(await backend.get(recorded.task_id as string)).toEqual({
        ...recorded,
        date_done: expect.any(String) as string,
      })
    } finally {
      await backend.close()
    }
  })
})

/** 5.2.6 leaves out the offset of the time. */
function withoutTime(text: string | null): string {
  return (text ?? '').replace(/"date_done": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(\+00:00)?"/, '"date_done": "<time>"')
}
