import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { RedisBackend, type RedisBackendOptions } from '../../../src-main/engine/result-backend/redis-backend.js'
import { resultCodec } from '../../../src-main/engine/result-backend/result-codec.js'
import type { ResultMeta } from '../../../src-main/engine/result-backend/result-meta.js'
import { PyFloat, PyTagged } from '../../../src-main/engine/serialization/wire-value.js'
import { AsyncResult } from '../../../src-main/engine/result/async-result.js'
import { CuttingProxy } from '../../support/cutting-proxy.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const backends: RedisBackend[] = []

beforeEach(() => redis.flushall())
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close()
})
afterAll(() => server.stop())

function open(options: Partial<RedisBackendOptions> = {}): RedisBackend {
  const backend = new RedisBackend({
    url: server.url(),
    log: { warning: () => {}, error: (text) => console.error(text) },
    ...options,
  })
  backends.push(backend)
  return backend
}

function meta(taskId: string, status: string, result: ResultMeta['result'] = null): ResultMeta {
  return { status, result, traceback: null, children: [], date_done: null, task_id: taskId }
}

async function subscribed(taskId: string, count: number): Promise<void> {
  const channel = `celery-task-meta-${taskId}`
  await waitFor(`${count} subscriptions of ${channel}`, async () => {
    const answer = (await redis.pubsub('NUMSUB', channel)) as unknown as readonly [string, number]
    return Number(answer[1]) === count
  })
}

test('a result is kept for a day under its key and told on the channel of the same name', async () => {
  const told: string[] = []
  const listener = server.client()
  await listener.subscribe('celery-task-meta-a')
  listener.on('message', (_channel, text: string) => told.push(text))
  await open().store(meta('a', 'SUCCESS', 5))
  const text =
    '{"status": "SUCCESS", "result": 5, "traceback": null, "children": [], "date_done": null, "task_id": "a"}'
  expect(await redis.get('celery-task-meta-a')).toBe(text)
  expect(await redis.ttl('celery-task-meta-a')).toBe(86_400)
  await waitFor('the notice', () => told.length === 1)
  expect(told).toEqual([text])
})

test('a success is never overwritten, any other state is', async () => {
  const backend = open()
  for (const status of ['STARTED', 'FAILURE', 'RETRY', 'SUCCESS', 'FAILURE', 'REVOKED'])
    await backend.store(meta('a', status))
  expect((await backend.get('a')).status).toBe('SUCCESS')
  await backend.forget('a')
  expect((await backend.get('a')).status).toBe('PENDING')
})

test.each([
  ['p:', 'p:'],
  ['p.', 'p.'],
  ['p', 'p_'],
])('results can be kept for ever, and under the prefix %s, which becomes %s', async (globalKeyprefix, prefix) => {
  const backend = open({ resultExpiresSeconds: null, globalKeyprefix })
  await backend.store(meta('a', 'SUCCESS'))
  expect(await redis.ttl(`${prefix}celery-task-meta-a`)).toBe(-1)
  await backend.chords.setSize('g', 1)
  expect(await redis.keys('*taskset*')).toEqual([`${prefix}celery-taskset-meta-g.s`])
})

test.each(['yaml', 'msgpack'])('results are stored as %s, and read and waited for', async (serializer) => {
  const codec = resultCodec(serializer, [serializer])
  const [ours, theirs] = [open({ codec }), open({ codec })]
  const waiting = ours.waitFor('a', { timeoutSeconds: 20 })
  await subscribed('a', 1)
  await theirs.store(meta('a', 'SUCCESS', [2, new PyFloat(2), 'æ', new PyTagged('base64', '/wA=')]))
  expect((await waiting).result).toStrictEqual([2, new PyFloat(2), 'æ', new PyTagged('base64', '/wA=')])
  expect((await redis.getBuffer('celery-task-meta-a'))?.toString('latin1')).toContain('task_id')
  expect(await redis.get('celery-task-meta-a')).not.toContain('{"status"')
  await theirs.chords.add('g', { taskId: 'a', state: 'SUCCESS', result: new PyFloat(2), index: 0 })
  expect(await ours.chords.collect('g')).toStrictEqual([
    { taskId: 'a', state: 'SUCCESS', result: new PyFloat(2), index: 0 },
  ])
})

test('a result of a type that is not accepted is refused', async () => {
  await open({ codec: resultCodec('yaml', ['yaml']) }).store(meta('a', 'SUCCESS'))
  const strict = open({ codec: resultCodec('yaml', ['json']) })
  await expect(strict.get('a')).rejects.toMatchObject({ name: 'ContentDisallowed' })
  await expect(strict.waitFor('a', { timeoutSeconds: 20 })).rejects.toMatchObject({ name: 'ContentDisallowed' })
})

test('waiting ends with a result that was there before, one that comes, and not with a state that is no end', async () => {
  const [ours, theirs] = [open(), open()]
  await theirs.store(meta('before', 'SUCCESS', 1))
  expect((await ours.waitFor('before', { timeoutSeconds: 5 })).result).toBe(1)
  const waiting = Promise.all([
    ours.waitFor('later', { timeoutSeconds: 5 }),
    ours.waitFor('later', { timeoutSeconds: 5 }),
  ])
  await subscribed('later', 1)
  await theirs.store(meta('later', 'STARTED'))
  await theirs.store(meta('later', 'FAILURE', { exc_type: 'ValueError', exc_message: ['no'], exc_module: 'builtins' }))
  expect((await waiting).map((one) => one.status)).toEqual(['FAILURE', 'FAILURE'])
  await subscribed('later', 0)
})

test('waiting too long is a TimeoutError, and a wait can be given up', async () => {
  const backend = open()
  await expect(backend.waitFor('never', { timeoutSeconds: 0.05 })).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'The operation timed out.',
  })
  const controller = new AbortController()
  const waiting = backend.waitFor('never', { timeoutSeconds: null, signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('a document that is none is a DecodeError, for who asks and for who waits', async () => {
  const backend = open()
  await redis.set('celery-task-meta-a', 'garbage')
  await expect(backend.get('a')).rejects.toMatchObject({ name: 'DecodeError' })
  await expect(backend.waitFor('a', { timeoutSeconds: 5 })).rejects.toMatchObject({ name: 'DecodeError' })
})

test('a wait survives a cut link, and a result is stored once Redis is back', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const behind = open({ url: server.url(0, proxy.port) })
    const waiting = behind.waitFor('wanted', { timeoutSeconds: 20 })
    await subscribed('wanted', 1)
    proxy.cut({ andRefuse: true })
    const storing = behind.store(meta('b', 'SUCCESS', 'stored late'))
    await open().store(meta('wanted', 'SUCCESS', 'came while away'))
    proxy.heal()
    expect((await waiting).result).toBe('came while away')
    await storing
    expect((await open().get('b')).result).toBe('stored late')
  } finally {
    for (const backend of backends.splice(0)) await backend.close()
    await proxy.stop()
  }
})

test('get() returns the value, or throws what the task raised under its Python name', async () => {
  const backend = open()
  await backend.store(meta('good', 'SUCCESS', [1]))
  await backend.store({
    ...meta('bad', 'FAILURE', { exc_type: 'KeyError', exc_message: ['k', 1], exc_module: 'builtins' }),
    traceback: 'Traceback …\n',
  })
  await backend.store(
    meta('gone', 'REVOKED', {
      exc_type: 'TaskRevokedError',
      exc_message: ['expired'],
      exc_module: 'celery.exceptions',
    }),
  )
  const result = (id: string): AsyncResult => new AsyncResult(id, backend)
  expect(await result('good').get()).toEqual([1])
  expect(await result('good').ready()).toBe(true)
  await expect(result('bad').get()).rejects.toMatchObject({
    name: 'KeyError',
    message: "('k', 1)",
    module: 'builtins',
    remoteTraceback: 'Traceback …\n',
  })
  await expect(result('gone').get()).rejects.toMatchObject({ name: 'TaskRevokedError', message: 'expired' })
  expect(await result('never').state()).toBe('PENDING')
  await result('good').forget()
  expect(await result('good').ready()).toBe(false)
})
