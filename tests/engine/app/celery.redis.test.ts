import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  appPort,
  Celery,
  parseJson,
  PyTuple,
  systemClock,
  type CeleryOptions,
  type CeleryPorts,
} from '../../../src-main/engine/index.js'
import { canvasPorts } from '../../../src-main/engine/app/canvas-ports.js'
import { systemIds } from '../../../src-main/engine/ports/system.js'
import type { SendOptions } from '../../../src-main/engine/message/send-options.js'
import type { CanvasPorts } from '../../../src-main/engine/canvas/send-canvas.js'
import type { Envelope } from '../../../src-main/engine/message/envelope.js'
import { PyFloat } from '../../../src-main/engine/serialization/wire-value.js'
import { connectRedis } from '../../../src-main/engine/transport/redis/connect.js'
import { CuttingProxy } from '../../support/cutting-proxy.js'
import { notingClock } from '../../support/noting-clock.js'
import { startRedisServer } from '../../support/redis-server.js'

const server = await startRedisServer()
const redis = server.client()
const apps: Celery[] = []

beforeEach(() => redis.flushall())
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})
afterAll(() => server.stop())

const canvasOf = (app: Celery): CanvasPorts =>
  canvasPorts(
    () => app,
    () => ({}),
    () => systemIds.uuid(),
  )

function open(options: CeleryOptions = {}, ports: CeleryPorts = {}): Celery {
  const app = new Celery('tasks', { broker: server.url(), backend: server.url(), ...options }, ports)
  apps.push(app)
  return app
}

async function lastMessage(list = 'celery'): Promise<Envelope> {
  return parseJson((await redis.lindex(list, 0)) ?? 'null') as unknown as Envelope
}

test('ids, time and names come from outside, so that a message can be foretold', async () => {
  let count = 0
  const ids = { uuid: () => `uuid-${++count}` }
  const clock = { ...systemClock, nowMs: () => Date.UTC(2030, 0, 1, 12) }
  const app = open({ timezone: 'Europe/Oslo' }, { ids, clock, origin: 'gen1@host' })
  const result = await app.task('tasks.add').applyAsync({ args: [2, 3] }, { countdown: 1.5, expires: 60, priority: 4 })
  expect(result.id).toBe('uuid-2')
  const { headers, properties } = await lastMessage('celery\x06\x163')
  expect(headers).toMatchObject({
    id: 'uuid-2',
    root_id: 'uuid-2',
    origin: 'gen1@host',
    argsrepr: '(2, 3)',
    eta: '2030-01-01T13:00:01.500000+01:00',
    expires: '2030-01-01T13:01:00+01:00',
  })
  expect(properties).toMatchObject({ reply_to: 'uuid-1', delivery_tag: 'uuid-3', expiration: '60000', priority: 4 })
})

test.each([
  [0, -1],
  [null, -1],
  [60.5, 60],
])('result_expires %s keeps a result for %s seconds, where -1 is for ever', async (result_expires, seconds) => {
  const app = open({ result_expires })
  const requestJson = '{}'
  await appPort({ app, nowMs: () => 0, canvas: canvasOf(app) }).storeState({
    taskId: 'kept',
    state: 'SUCCESS',
    metaJson: '1',
    requestJson,
  })
  expect(await redis.ttl('celery-task-meta-kept')).toBe(seconds)
})

test('over a link that has broken a send is tried three times more, then it is an OperationalError', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  const { clock, waitsMs } = notingClock()
  // the link itself waits 2 s and more
  const shortWaits = (): readonly number[] => waitsMs.splice(0).flatMap((ms) => (ms < 1000 ? [Math.round(ms)] : []))
  try {
    const app = new Celery('tasks', { broker: server.url(0, proxy.port) }, { clock })
    apps.push(app)
    const sendOverBrokenLink = async (options: SendOptions): Promise<readonly number[]> => {
      proxy.heal()
      await app.sendTask('tasks.add', [1, 2])
      proxy.cut({ andRefuse: true })
      shortWaits()
      await expect(app.sendTask('tasks.add', [1, 2], {}, options)).rejects.toMatchObject({ name: 'OperationalError' })
      return shortWaits()
    }
    expect(await sendOverBrokenLink({})).toEqual([0, 200, 400])
    expect(await sendOverBrokenLink({ retry: false })).toEqual([])
    expect(await sendOverBrokenLink({ retry_policy: { max_retries: 1 } })).toEqual([0])
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('a client that has no connection first looks for the result store, as often as its retry policy says', async () => {
  const connect = vi.fn(connectRedis)
  const retry_policy = { max_retries: 2, interval_step: 0.02, interval_max: 0.02 }
  const away = 'redis://:x@127.0.0.1:1'
  const options = { result_backend_transport_options: { retry_policy }, broker_transport_options: { max_retries: 0 } }
  const app = open({ broker: `${away}/0`, backend: `${away}/1`, ...options }, { connect })
  const connectedTo = (): readonly number[] => connect.mock.calls.map(([address]) => address.db)
  await expect(app.sendTask('tasks.add', [1, 2])).rejects.toMatchObject({ name: 'OperationalError' })
  expect(connectedTo()).toEqual([1, 1, 1]) // the broker is not asked any more
  connect.mockClear()
  await expect(app.sendTask('tasks.add', [1, 2], {}, { ignore_result: true, retry: false })).rejects.toThrow('111')
  expect(connectedTo()).toEqual([0])
})

test('a client whose link has just broken finds out with its message, and looks for the result store with the next', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const connect = vi.fn(connectRedis)
    const [broker, backend] = [server.url(0, proxy.port), server.url(1, proxy.port)]
    const retry_policy = { max_retries: 1, interval_step: 0.02, interval_max: 0.02 }
    const app = open({ broker, backend, result_backend_transport_options: { retry_policy } }, { connect })
    await app.sendTask('tasks.add', [1, 1])
    const dbs = (): ReadonlySet<number> => new Set(connect.mock.calls.map(([address]) => address.db))
    expect(dbs()).toEqual(new Set([0, 1]))
    proxy.cut({ andRefuse: true })
    await expect(app.sendTask('tasks.add', [2, 2])).rejects.toMatchObject({ name: 'OperationalError' })
    connect.mockClear()
    await expect(app.sendTask('tasks.add', [3, 3])).rejects.toMatchObject({ name: 'OperationalError' })
    expect(dbs()).toContain(1)
    proxy.heal()
    await app.sendTask('tasks.add', [4, 4])
    expect(await redis.llen('celery')).toBe(2)
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('a send in the middle of a cut reaches Redis once the link is back', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const app = open({ broker: server.url(0, proxy.port) })
    await app.sendTask('tasks.add', [1, 1])
    proxy.cut({ andRefuse: true })
    const sending = app.sendTask('tasks.add', [2, 2], {}, { task_id: 'second' })
    proxy.heal()
    await sending
    expect((await lastMessage()).headers.id).toBe('second')
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('without a result backend a task is sent, and asking for its result says what is missing', async () => {
  const app = new Celery('tasks', { broker: server.url() })
  apps.push(app)
  const result = await app.sendTask('tasks.add', [1, 2])
  await expect(result.get()).rejects.toThrow('No result backend is configured')
  expect(await redis.llen('celery')).toBe(1)
})

test('what cannot be written is refused before anything is sent', async () => {
  const app = open()
  await expect(app.sendTask('tasks.add', [new Date() as never])).rejects.toMatchObject({ name: 'EncodeError' })
  await expect(app.sendTask('tasks.add', [], {}, { expires: 'soon' })).rejects.toMatchObject({ name: 'EncodeError' })
  expect(await redis.keys('*')).toEqual([])
  expect(() => open({ task_serializer: 7 as never })).toThrow(
    'the setting task_serializer is 7, expected a value like its default "json"',
  )
})

test('a signature is sent with more arguments in front, an immutable one with its own', async () => {
  const app = open()
  const { s, si } = app.task('tasks.add')
  await app.apply(s(5), { args: [6] }, { queue: 'q' })
  expect((await lastMessage('q')).headers.argsrepr).toBe('(6, 5)')
  await app.apply(si(5), { args: [6] }, { queue: 'q' })
  expect((await lastMessage('q')).headers.argsrepr).toBe('(5,)')
})

test('running Python sends, waits, stores a state of its own and forgets through the app port', async () => {
  const app = open({ task_inherit_parent_priority: true })
  const children: string[] = []
  const port = appPort({
    app,
    nowMs: () => Date.now(),
    canvas: canvasOf(app),
    onChild: (parent, child) => children.push(`${parent} ${child}`),
  })
  const parent = { id: 'p', rootId: 'r', priority: 6 }
  const ask = {
    name: 'tasks.add',
    argsJson: '[2.0, {"a": NaN}]',
    kwargsJson: '{}',
    argsrepr: "(2.0, {'a': nan})",
    kwargsrepr: '{}',
  }
  const link =
    '{"task": "tasks.add", "args": [3.0], "kwargs": {}, "options": {}, "subtask_type": null, "immutable": false}'
  const optionsJson = `{"eta": "2030-01-01T12:00:00", "time_limit": 20.0, "link": [${link}]}`
  const { taskId } = await port.sendTask({ ...ask, optionsJson, parent })
  const { headers, properties, body } = await lastMessage('celery\x06\x166')
  expect(headers).toMatchObject({
    id: taskId,
    parent_id: 'p',
    root_id: 'r',
    argsrepr: "(2.0, {'a': nan})",
    eta: '2030-01-01T12:00:00',
    timelimit: [new PyFloat(20), null],
  })
  expect(properties).not.toHaveProperty('argsrepr')
  const text = Buffer.from(body, 'base64').toString()
  expect(text).toMatch(/^\[\[2\.0, \{"a": NaN\}\], \{\}, /)
  expect(text).toContain(`"callbacks": [${link}]`)
  expect(children).toEqual([`p ${taskId}`])

  expect(JSON.parse(await port.resultMeta(taskId))).toMatchObject({ status: 'PENDING', task_id: taskId })
  await port.storeState({
    taskId,
    state: 'PROGRESS',
    metaJson: '{"done": 1}',
    requestJson: '{"group": null, "parent_id": "p"}',
  })
  expect(JSON.parse(await port.resultMeta(taskId))).toMatchObject({
    status: 'PROGRESS',
    result: { done: 1 },
    date_done: null,
    parent_id: 'p',
  })
  await expect(port.waitForResult(taskId, 0.05)).rejects.toMatchObject({ name: 'TimeoutError' })
  await port.forget(taskId)
  expect(await redis.exists(`celery-task-meta-${taskId}`)).toBe(0)
  await expect(port.sendTask({ ...ask, argsJson: '{}', optionsJson: '{}', parent: null })).rejects.toThrow(
    'task args must be a list or tuple',
  )
})

test('an app connects when it is first used, and a closed one leaves nothing', async () => {
  const connect = vi.fn(connectRedis)
  const app = open({}, { connect })
  expect(connect).not.toHaveBeenCalled()
  await Promise.all([
    app.sendTask('a', new PyTuple([])),
    app.sendTask('b', new PyTuple([])),
    app.AsyncResult('x').state(),
  ])
  expect(connect).toHaveBeenCalledTimes(2)
  await app.close()
  await app.close()
})
