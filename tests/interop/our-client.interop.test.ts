/** Our producer's messages are run by a real Celery 5.2.6 worker, and our AsyncResult reads what it stored. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery, PyFloat, PyTagged, type SendOptions, type WireObject } from '../../src-main/engine/index.js'
import { startRealWorker, type RealWorker } from '../support/real-celery.js'
import { startRedisServer } from '../support/redis-server.js'

const server = await startRedisServer()
const app = new Celery('tasks', { broker: server.url(), backend: server.url() })
let worker: RealWorker

beforeAll(async () => {
  worker = await startRealWorker({ brokerUrl: server.url() }, ['-c', '1', '-Q', 'celery,other'])
}, 60_000)
afterAll(async () => {
  await app.close()
  await worker.stop()
  await server.stop()
})

const timeoutSeconds = 20
const info = async (options: SendOptions): Promise<WireObject> => {
  const result = await app.sendTask('tasks.info', [], {}, options)
  return (await result.get({ timeoutSeconds })) as WireObject
}

test('add.delay(2, 3) is 5', async () => {
  const result = await app.task('tasks.add').delay(2, 3)
  expect(await result.get({ timeoutSeconds })).toBe(5)
  expect(await result.state()).toBe('SUCCESS')
  await result.forget()
  expect(await result.state()).toBe('PENDING')
})

test('keyword arguments and values of every kind arrive and come back', async () => {
  const value = {
    text: 'æ ☃ 😀 "q"\n',
    int: 2,
    float: new PyFloat(2),
    big: 2n ** 70n,
    nested: [1, [null, true, { a: [] }]],
    inf: Infinity,
  }
  const result = await app.task('tasks.echo').applyAsync({ args: ['æ'], kwargs: { value } })
  expect(await result.get({ timeoutSeconds })).toEqual({ args: ['æ'], kwargs: { value } })
})

test('what the task raised is thrown under its Python name, with its traceback', async () => {
  const result = await app.task('tasks.fail').delay('sold out')
  await expect(result.get({ timeoutSeconds })).rejects.toMatchObject({
    name: 'ValueError',
    message: 'sold out',
    module: 'builtins',
    args: ['sold out'],
    remoteTraceback: expect.stringMatching(/^Traceback \(most recent call last\):\n[^]*ValueError: sold out\n$/),
  })
  expect(await result.state()).toBe('FAILURE')
})

test('countdown and eta hold a task back; the worker reads the same moment', async () => {
  const before = Date.now()
  const seen = await info({ countdown: 0.5 })
  const after = Date.now()
  expect(after - before).toBeGreaterThanOrEqual(500)
  expect(Date.parse(seen.eta as string)).toBeGreaterThanOrEqual(before + 499) // a millisecond for the rounding
  expect(Date.parse(seen.eta as string)).toBeLessThanOrEqual(after)
  const eta = new Date(Date.now() + 300)
  expect(Date.parse((await info({ eta })).eta as string)).toBe(eta.getTime())
  await info({ eta: new Date(Date.now() - 1000).toISOString() })
})

test('an expired task is revoked and not run', async () => {
  const result = await app.sendTask('tasks.add', [1, 1], {}, { expires: -1 })
  await expect(result.get({ timeoutSeconds })).rejects.toMatchObject({ name: 'TaskRevokedError', message: 'expired' })
  expect(await result.state()).toBe('REVOKED')
  expect(typeof (await info({ expires: 60 })).expires).toBe('string')
})

test('priority, queue, headers, shadow, ids, limits and retries arrive', async () => {
  expect(
    await info({
      priority: 6,
      queue: 'other',
      headers: { 'x-my': 'hdr' },
      shadow: 'shown.as',
      task_id: 'my-task-id',
      time_limit: 20,
      soft_time_limit: 10,
      retries: 2,
    }),
  ).toMatchObject({
    id: 'my-task-id',
    root_id: 'my-task-id',
    parent_id: null,
    priority: 6,
    routing_key: 'other',
    x_my: 'hdr',
    shadow: 'shown.as',
    timelimit: [20, 10],
    retries: 2,
    origin: expect.stringMatching(/^gen\d+@/),
  })
})

test('a tagged datetime reaches 5.2.6 as the object on the wire, which is all that version knows', async () => {
  const result = await app.sendTask('tasks.echo', [new PyTagged('date', '2030-01-02')])
  expect(await result.get({ timeoutSeconds })).toEqual({ args: [new PyTagged('date', '2030-01-02')], kwargs: {} })
})

test('zlib, protocol 1 and an unknown task', async () => {
  expect(await (await app.sendTask('tasks.add', [1, 2], {}, { compression: 'zlib' })).get({ timeoutSeconds })).toBe(3)
  const old = new Celery('tasks', { broker: server.url(), backend: server.url(), task_protocol: 1 })
  expect(
    await (await old.sendTask('tasks.add', [4], { y: 5 }, { countdown: 0.1, expires: 60 })).get({ timeoutSeconds }),
  ).toBe(9)
  await old.close()
  const unknown = await app.sendTask('tasks.unknown', [8])
  await expect(unknown.get({ timeoutSeconds })).rejects.toMatchObject({ name: 'NotRegistered' })
})

test('link and link_error are carried out by the worker', async () => {
  const result = await app.sendTask(
    'tasks.add',
    [1, 2],
    {},
    { link: app.signature('tasks.add', { args: [10], options: { task_id: 'linked' } }) },
  )
  await result.get({ timeoutSeconds })
  expect(await app.AsyncResult('linked').get({ timeoutSeconds })).toBe(13)
  await app.sendTask(
    'tasks.fail',
    ['x'],
    {},
    { task_id: 'failed', link_error: app.signature('tasks.same', { options: { task_id: 'errback' } }) },
  )
  expect(await app.AsyncResult('errback').get({ timeoutSeconds })).toBe('failed') // a one-argument errback gets the failed task's id
})

test('ignore_result leaves nothing behind', async () => {
  const result = await app.sendTask('tasks.add', [1, 1], {}, { ignore_result: true })
  await (await app.sendTask('tasks.add', [1, 1])).get({ timeoutSeconds }) // the one before has run by now
  expect(await result.state()).toBe('PENDING')
})
