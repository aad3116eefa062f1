/** The schedule of recording 14-beat/interval, sent by our beat to a real Redis: each message as Python's beat left it there. */
import { afterAll, expect, test } from 'vitest'
import { Celery, crontab, everySeconds, systemClock, type CeleryOptions } from '../../src-main/engine/index.js'
import { stringifyJson, parseJson } from '../../src-main/engine/serialization/json.js'
import type { WireObject, WireValue } from '../../src-main/engine/serialization/wire-value.js'
import { startRedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'
import { Normalizer } from './normalize.js'
import { readText } from './recording.js'

const server = await startRedisServer()
const redis = server.client()
afterAll(() => server.stop())

test('messages of beat, field for field, in their lists', async () => {
  const clock = { ...systemClock, nowMs: () => Math.floor(Date.now()) + 0.851 } // with microseconds, as Python's
  const options: CeleryOptions = {
    broker: server.url(),
    backend: server.url(),
    beat_schedule: {
      'every-second': { task: 'tasks.add', schedule: 0.3, args: [1, 2] },
      'with-opts': {
        task: 'tasks.echo',
        schedule: everySeconds(0.5),
        kwargs: { k: 'v' },
        options: { queue: 'bq', priority: 6, expires: 30 },
        relative: true,
      },
      'cron-minute': {
        task: 'tasks.mul',
        schedule: crontab({ minute: 0, day_of_month: 29, month_of_year: 2 }),
        args: [3, 4],
      },
    },
  }
  const app = new Celery('tasks', options, { clock })
  const beat = app.beat({ scheduler: 'celery.beat:Scheduler' })
  const running = beat.start()
  const lists = ['celery', 'bq\x06\x166']
  await waitFor('two messages in each list', async () => {
    const lengths = await Promise.all(lists.map((list) => redis.llen(list)))
    return lengths.every((length) => length >= 2)
  })
  await beat.stop()
  await running
  await app.close()

  const recorded = parseJson(readText('14-beat-5.6.3/interval/messages.json')) as unknown as readonly Recorded[]
  for (const list of lists) {
    const theirs = recorded.filter(({ key }) => key === list).slice(0, 2)
    const ours = (await redis.lrange(list, 0, -1)).reverse().slice(0, 2)
    expect(theirs).toHaveLength(2)
    const [normalizeTheirs, normalizeOurs] = [new Normalizer(), new Normalizer()]
    const expected = theirs.map(({ envelope, body_decoded: body }) => {
      const text = Buffer.from(stringifyJson(body)).toString('base64') // the recorder decoded it
      return normalizeTheirs.message({ ...envelope, body: text })
    })
    expect(ours.map((text) => normalizeOurs.message(parseJson(text) as WireObject))).toEqual(expected)
  }
})

interface Recorded {
  readonly key: string
  readonly envelope: WireObject
  readonly body_decoded: WireValue
}
