/**
 * A whole worker whose queue holds damaged messages and whose mailbox hears damaged control requests: it goes on working,
 * and of each item there is one word in the log, and either its end or its place among what waits for an eta.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery } from '../../../src-main/engine/index.js'
import { isErrorOfType } from '../../../src-main/engine/errors.js'
import { anyItem, anyJson, anyResult, fuzzRuns, mutated } from '../../support/mutated.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const app = new Celery('tasks', {
  broker: server.url(),
  backend: server.url(),
  accept_content: ['json', 'yaml', 'msgpack', 'application/data'],
})
const ping = app.task('tasks.ping', () => 'pong')
app.task('tasks.add', (x: unknown, y: unknown) => [x, y], { params: ['x', 'y'] })
app.task('tasks.fail', () => {
  throw new TypeError('as planned')
})

const records: string[] = []
const worker = app.worker({
  hostname: 'fuzzed@here',
  concurrency: 2,
  loglevel: 'INFO',
  log: (text) => Promise.resolve(void records.push(text)),
})

beforeAll(() => worker.start())
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

// On every run the same items; when a number is asked for, new ones. It is said when a test fails.
const seed = process.env.CFZ_FUZZ_RUNS ? Date.now() : 7
/** What the worker says once of whatever it takes from its queue, and what it says of that which it was not prepared for (a task's own error has a trace, too). */
const taken =
  /^\[[^\]]*\] (Task [^]* received\n$|Received (unregistered|invalid|and deleted|malformed|an item)|Can't decode message body)/
const surprise = (text: string): boolean =>
  /^\[[^\]]*: (ERROR|CRITICAL)\/[^\]]*\] (?!Task )/.test(text) && /Unrecoverable|internal error|\n {4}at /.test(text)

async function isWell(): Promise<void> {
  const result = await ping.delay()
  expect(await result.get({ timeoutSeconds: 60 })).toBe('pong')
}

test('its queue', async () => {
  const items = fc
    .sample(anyItem, { numRuns: fuzzRuns(400), seed })
    .map((text, n) => text.replace(/("delivery_tag": )"[^"]*"/, `$1"tag-${n}"`)) // one place in `unacked` for each
  for (let at = 0; at < items.length; at += 500) await redis.lpush('celery', ...items.slice(at, at + 500))
  const count = (): number => records.filter((text) => taken.test(text)).length
  const describe = (): string => `seed ${seed}: ${count()} of ${items.length}\n${records.slice(-5).join('')}`
  await waitFor('one word for each item', () => count() >= items.length, { timeoutSeconds: 80, describe })
  await isWell()
  await waitFor(
    'nothing is held that does not wait for its eta',
    async () => (await redis.hlen('unacked')) === (await scheduledCount()),
    { describe },
  )
  expect(await redis.llen('celery')).toBe(0)
  expect(count()).toBe(items.length + 1) // and the ping
  expect(records.filter(surprise)).toEqual([])
})

test('its mailbox', async () => {
  const methods = ['ping', 'active', 'revoke', 'query_task', 'time_limit', 'add_consumer', 'election', 'conf', 'x']
  const request = fc
    .record({ method: fc.constantFrom(...methods), args: fc.oneof(anyJson, fc.constant('{"task_id": [1, null, {}]}')) })
    .map(({ method, args }) =>
      JSON.stringify({ method, arguments: JSON.parse(args) as unknown, destination: null, pattern: null }),
    )
  const whole = fc
    .oneof(request, mutated(['{"method": "ping", "arguments": {}, "destination": null, "ticket": "t"}']), anyJson)
    .map((body) =>
      JSON.stringify({
        body: Buffer.from(body).toString('base64'),
        'content-encoding': 'utf-8',
        'content-type': 'application/json',
        headers: { clock: 3, expires: Date.now() / 1000 + 600 },
        properties: {
          delivery_mode: 2,
          delivery_info: { exchange: 'celery.pidbox', routing_key: '' },
          priority: 0,
          body_encoding: 'base64',
          delivery_tag: 'tag',
        },
      }).replaceAll('":', '": '),
    )
  const sent = fc.sample(
    fc.oneof(
      whole,
      whole.chain((text) => mutated([text])),
      fc.string(),
    ),
    {
      numRuns: fuzzRuns(200),
      seed,
    },
  )
  for (const text of sent) expect(await redis.publish('/0.celery.pidbox', text)).toBe(1)
  expect(await workerAnswers('ping')).toEqual({ ok: 'pong' })
  await isWell()
})

test('results that somebody damaged', async () => {
  for (const text of fc.sample(anyResult, { numRuns: fuzzRuns(100), seed })) {
    await redis.set('celery-task-meta-damaged', text)
    try {
      expect(typeof (await app.AsyncResult('damaged').state())).toBe('string')
    } catch (error) {
      if (!isErrorOfType(error, 'DecodeError')) throw error
    }
  }
})

async function scheduledCount(): Promise<number> {
  return ((await workerAnswers('scheduled')) as unknown[]).length
}

async function workerAnswers(method: string): Promise<unknown> {
  const replies = await app.control.inspect({ timeoutSeconds: 20, limit: 1 }).request(method)
  return replies?.[worker.nodename]
}
