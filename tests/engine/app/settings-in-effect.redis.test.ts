/** Settings in effect that no other test names: each is set on an app, and what it changes is looked at. A list, as long as it has settings. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { Celery, chain, chord, type CeleryOptions, type CeleryPorts } from '../../../src-main/engine/index.js'
import type { AppWorker, AppWorkerOptions } from '../../../src-main/engine/app/app-worker.js'
import { readEventBody } from '../../../src-main/engine/message/plain-envelope.js'
import type { Envelope } from '../../../src-main/engine/message/envelope.js'
import { eventFacts } from '../../../src-main/record/event-facts.js'
import { OperationalError } from '../../../src-main/engine/errors.js'
import type { ConnectRedis } from '../../../src-main/engine/transport/redis/connect.js'
import { CuttingProxy } from '../../support/cutting-proxy.js'
import { notingClock } from '../../support/noting-clock.js'
import { startRedisServer } from '../../support/redis-server.js'
import { waitFor } from '../../support/wait-for.js'

const server = await startRedisServer()
const redis = server.client()
const folder = await mkdtemp(join(tmpdir(), 'settings-'))
const apps: Celery[] = []
const workers: AppWorker[] = []
let logged: string[] = []

beforeEach(() => redis.flushall())
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop('cold')
  for (const app of apps.splice(0)) await app.close()
  logged = []
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Any of Celery's names, as Python's `app.conf` gives them. */
function open(conf: Readonly<Record<string, unknown>> = {}, ports: CeleryPorts = {}): Celery {
  const app = new Celery('tasks', { broker: server.url(), backend: server.url(), ...(conf as CeleryOptions) }, ports)
  app.task('tasks.add', (x: number, y: number) => x + y)
  apps.push(app)
  return app
}

async function startWorker(app: Celery, options: AppWorkerOptions = {}): Promise<AppWorker> {
  const log = (text: string): Promise<void> => Promise.resolve(void logged.push(text))
  const worker = app.worker({ hostname: 'celery@here', mingle: false, gossip: false, log, ...options })
  workers.push(worker)
  await worker.start()
  return worker
}

interface Sent {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly 'content-type': string
}
const sentTo = async (list: string): Promise<Sent> => JSON.parse((await redis.lindex(list, 0)) ?? 'null') as Sent

/** How long a connection may take to be made, of the broker's and of the backend's. */
async function patienceOf(conf: CeleryOptions): Promise<readonly unknown[]> {
  const asked: unknown[] = []
  const connect: ConnectRedis = (_address, options) => {
    asked.push(options?.connectTimeoutSeconds)
    return Promise.reject(new OperationalError('not today'))
  }
  const once = { ...conf.broker_transport_options, max_retries: 0 }
  const app = open({ task_publish_retry: false, ...conf, broker_transport_options: once }, { connect })
  await expect(app.sendTask('t', [], {}, { ignore_result: true })).rejects.toThrow('not today')
  await expect(app.backend.get('id')).rejects.toThrow('not today')
  return asked
}

test('broker_connection_timeout and redis_socket_connect_timeout bound how long a connection is waited for', async () => {
  expect(await patienceOf({})).toEqual([4, undefined])
  expect(await patienceOf({ broker_connection_timeout: 7, redis_socket_connect_timeout: 9 })).toEqual([7, 9])
  expect(await patienceOf({ broker_transport_options: { socket_connect_timeout: 2 } })).toEqual([2, undefined])
})

test('broker_read_url is for the worker, broker_write_url for who sends', async () => {
  const app = open({ broker_read_url: server.url(5), broker_write_url: server.url(6) })
  await startWorker(app)
  expect(await server.client(5).exists('_kombu.binding.celery')).toBe(1)
  const result = await app.sendTask('tasks.add', [2, 3])
  expect(await server.client(6).llen('celery')).toBe(1)
  await server.client(6).move('celery', 5) // as a replica would have it
  expect(await result.get({ timeoutSeconds: 60 })).toBe(5)
  expect(await redis.exists('_kombu.binding.celery')).toBe(0)
})

test('redis_socket_timeout: a backend that is silent for so long counts as lost', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const app = open({ backend: server.url(0, proxy.port), redis_socket_timeout: 1 })
    await app.backend.get('id')
    proxy.silence()
    await expect(app.backend.get('id')).rejects.toMatchObject({ name: 'OperationalError' })
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('redis_retry_on_timeout: what a silent backend does not answer is asked once more, over a new connection', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const app = open({ backend: server.url(0, proxy.port), redis_socket_timeout: 0.3, redis_retry_on_timeout: true })
    await app.backend.get('id')
    proxy.silence()
    expect(await app.backend.get('id')).toMatchObject({ status: 'PENDING' })
    proxy.cut({ andRefuse: true }) // no timeout: that is not asked again
    await expect(app.backend.get('id')).rejects.toMatchObject({ name: 'OperationalError' })
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('redis_socket_timeout: None waits for ever, on the backend and the broker', async () => {
  const limitsOf = async (conf: Readonly<Record<string, unknown>>): Promise<readonly number[]> => {
    const { clock, waitsMs: limits } = notingClock()
    const app = open(conf, { clock })
    await app.backend.get('id')
    await app.sendTask('t')
    return [...new Set(limits)]
  }
  expect(await limitsOf({})).toEqual([120_000])
  expect(await limitsOf({ redis_socket_timeout: null })).toEqual([])
  expect(await limitsOf({ broker_transport_options: { socket_timeout: null } })).toEqual([120_000]) // of the backend
})

test('result_cache_max: so many results that are a success are not read again, nor waited for', async () => {
  const store = (id: string, status: string): Promise<unknown> =>
    redis.set(
      `celery-task-meta-${id}`,
      JSON.stringify({ task_id: id, status, result: 1, traceback: null, children: [] }),
    )
  const readAgain = async (limit: number | null | undefined, ids: readonly string[]): Promise<readonly string[]> => {
    for (const id of ids) await store(id, id === 'failed' ? 'FAILURE' : 'SUCCESS')
    const { backend } = open(limit === undefined ? {} : { result_cache_max: limit })
    for (const id of ids) await backend.get(id)
    await redis.flushall()
    const states = await Promise.all(ids.map(async (id) => (await backend.get(id)).status))
    return ids.filter((_, at) => states[at] === 'PENDING')
  }
  expect(await readAgain(undefined, ['a', 'b'])).toEqual(['a', 'b'])
  expect(await readAgain(-1, ['a', 'b'])).toEqual(['a', 'b'])
  expect(await readAgain(2, ['a', 'b', 'c', 'failed'])).toEqual(['a', 'failed'])
  expect(await readAgain(2, ['a', 'b', 'a', 'c'])).toEqual(['b'])
  expect(await readAgain(0, ['a', 'b', 'c'])).toEqual([])
  expect(await readAgain(null, ['a', 'b', 'c'])).toEqual([])

  const { backend } = open({ result_cache_max: 5 })
  await store('x', 'SUCCESS')
  expect(await backend.waitFor('x', { timeoutSeconds: 60 })).toMatchObject({ status: 'SUCCESS' })
  await redis.flushall()
  expect(await backend.waitFor('x', { timeoutSeconds: 60 })).toMatchObject({ status: 'SUCCESS' })
  await backend.forget('x')
  expect(await backend.get('x')).toMatchObject({ status: 'PENDING' })
})

test('result_backend_always_retry: a read waits for Redis, as often as result_backend_max_retries says', async () => {
  const proxy = new CuttingProxy(server)
  await proxy.start()
  try {
    const backend = server.url(0, proxy.port)
    const sleep = { result_backend_base_sleep_between_retries_ms: 1, result_backend_max_sleep_between_retries_ms: 20 }
    const [patient, hasty, plain] = [
      open({ backend, result_backend_always_retry: true, ...sleep }),
      open({ backend, result_backend_always_retry: true, result_backend_max_retries: 2, ...sleep }),
      open({ backend }),
    ]
    for (const app of [patient, hasty, plain]) await app.backend.get('id')
    proxy.cut({ andRefuse: true })
    const answer = patient.backend.get('id')
    await expect(hasty.backend.get('id')).rejects.toMatchObject({ name: 'BackendGetMetaError' })
    await expect(plain.backend.get('id')).rejects.toMatchObject({ name: 'OperationalError' })
    proxy.heal()
    expect((await answer).status).toBe('PENDING')
  } finally {
    for (const app of apps.splice(0)) await app.close()
    await proxy.stop()
  }
})

test('redis_host, redis_port, redis_db, redis_username and redis_password say where the backend redis is', async () => {
  const where = { redis_host: '127.0.0.1', redis_port: String(server.port), redis_password: server.password }
  const app = open({ backend: 'redis', redis_db: 3, redis_username: 'default', ...where })
  await app.backend.chords?.setSize('g', 1)
  expect(await server.client(3).keys('*')).toEqual(['celery-taskset-meta-g.s'])
  const byUrl = open({ backend: 'redis:///4', redis_db: 3, ...where })
  await byUrl.backend.chords?.setSize('g', 1)
  expect(await server.client(4).keys('*')).toEqual(['celery-taskset-meta-g.s'])
})

test('a backend that is named disabled stores nothing', async () => {
  const app = open({ backend: 'disabled' })
  await startWorker(app)
  await app.sendTask('tasks.add', [2, 3])
  await waitFor(
    'the task was run',
    async () => (await redis.llen('celery')) === 0 && (await redis.hlen('unacked')) === 0,
  )
  expect(await redis.keys('celery-task-meta-*')).toEqual([])
})

test('result_chord_join_timeout: the end of a chord waits so long for a result of its saved header', async () => {
  const { clock, waitsMs } = notingClock()
  const app = open({ result_chord_join_timeout: 0.123 }, { clock })
  await startWorker(app)
  await app.backend.chords?.saveGroup('g', [['g', null], [[['missing', null], null]]])
  await app.backend.chords?.setSize('g', 1)
  const body = app.signature('tasks.add', { options: { task_id: 'body' } })
  await app.sendTask('tasks.add', [1, 1], {}, { group_id: 'g', chord: body })
  const { result } = await app.backend.waitFor('body', { timeoutSeconds: 60 })
  expect(result).toMatchObject({ exc_type: 'ChordError' })
  expect(waitsMs).toContain(123)
})

test('task_allow_error_cb_on_chord_header: an errback goes onto each task of a chord further on in the chain too', async () => {
  for (const [setting, count] of [
    [false, 3], // on the body, which is written three times
    [true, 4],
  ] as const) {
    const app = open({ task_allow_error_cb_on_chord_header: setting })
    const add = app.signature('tasks.add', { args: [1, 1] })
    const errback = app.signature('tasks.failed')
    await app.apply(chain(add, chord([add], add)), {}, { link_error: [errback] })
    const body = Buffer.from((await sentTo('celery')).body, 'base64').toString()
    const { chain: steps } = (JSON.parse(body) as readonly { readonly chain: unknown }[])[2] ?? {}
    expect(JSON.stringify(steps).split('"tasks.failed"')).toHaveLength(count + 1)
  }
})

test('result_serializer and result_accept_content: what is written, and what is read', async () => {
  const yaml = open({ result_serializer: 'yaml', result_accept_content: ['yaml'] })
  await startWorker(yaml)
  expect(await (await yaml.sendTask('tasks.add', [2, 3])).get({ timeoutSeconds: 60 })).toBe(5)
  const [key = ''] = await redis.keys('celery-task-meta-*')
  expect(await redis.get(key)).toMatch(/^.*result: 5$/m)
  const id = key.replace('celery-task-meta-', '')
  await expect(open().backend.get(id)).rejects.toThrow()
})

test('task_compression packs the body, and the worker unpacks it', async () => {
  const app = open({ task_compression: 'gzip' })
  const result = await app.sendTask('tasks.add', [2, 3])
  expect((await sentTo('celery')).headers['compression']).toBe('application/x-gzip')
  await startWorker(app)
  expect(await result.get({ timeoutSeconds: 60 })).toBe(5)
})

test('task_default_exchange_type and task_create_missing_queue_exchange_type: how queues are bound', async () => {
  const app = open({ task_default_exchange_type: 'topic', task_create_missing_queue_exchange_type: 'topic' })
  const type = (name: string): string => app.queues.named(name).exchange.type
  expect([type('celery'), type('other')]).toEqual(['topic', 'topic'])
  const plain = open()
  expect([plain.queues.default.exchange.type, plain.queues.named('other').exchange.type]).toEqual(['direct', 'direct'])
})

test('worker_enable_remote_control: off, nobody answers and nothing is bound', async () => {
  const app = open({ worker_enable_remote_control: false })
  await startWorker(app)
  expect(await redis.exists('_kombu.binding.celery.pidbox')).toBe(0)
  expect(await app.control.ping({ timeoutSeconds: 0.2 })).toEqual([])
})

test('worker_direct: a queue of that worker alone is consumed beside those of -Q', async () => {
  const app = open({ worker_direct: true })
  await startWorker(app, { queues: ['other'] })
  expect(await redis.smembers('_kombu.binding.C.dq2')).toEqual(['celery@here\x06\x16\x06\x16celery@here.dq2'])
  const result = await app.task('tasks.add').applyAsync({ args: [2, 3] }, { queue: 'celery@here.dq2' })
  expect(await result.get({ timeoutSeconds: 60 })).toBe(5)
})

test('event_exchange and event_queue_prefix name where events go and who listens', async () => {
  const listener = server.client()
  const heard: string[] = []
  listener.on('pmessage', (_pattern, channel: string) => heard.push(channel))
  await listener.psubscribe('/0.*')
  const app = open({ event_exchange: 'news', event_queue_prefix: 'reader', task_send_sent_event: true })
  await startWorker(app, { gossip: true })
  await app.sendTask('tasks.add', [2, 3])
  await waitFor('both events', () => ['worker.online', 'task.sent'].every((key) => heard.includes(`/0.news/${key}`)))
  expect((await redis.smembers('_kombu.binding.news')).join()).toMatch(/^worker\.#\x06\x16\S*\x06\x16reader\./)
  expect(heard.filter((channel) => channel.includes('celeryev'))).toEqual([])
})

test.each(['yaml', 'msgpack'])(
  'event_serializer: %s is what events are, to be read by gossip and by monitors',
  async (serializer) => {
    const listener = server.client()
    const heard = new Map<string, Envelope>()
    listener.on('pmessage', (_pattern, channel: string, text: string) =>
      heard.set(channel, JSON.parse(text) as Envelope),
    )
    await listener.psubscribe('/0.celeryev/*')
    const conf = { event_serializer: serializer, task_send_sent_event: true }
    const app = open(conf)
    await startWorker(app, { gossip: true, loglevel: 'DEBUG' })
    await startWorker(open(conf), { hostname: 'celery@other' })
    await app.sendTask('tasks.add', [2, 3])
    const channels = ['/0.celeryev/worker.online', '/0.celeryev/task.sent']
    await waitFor('both events', () => channels.every((channel) => heard.has(channel)))
    for (const channel of channels) {
      const envelope = heard.get(channel)!
      expect(envelope['content-type']).toBe(`application/x-${serializer}`)
      expect(readEventBody(envelope)).toMatchObject({ type: channel.slice('/0.celeryev/'.length).replace('.', '-') })
    }
    await waitFor('gossip has read it', () => logged.some((line) => line.includes('celery@other joined the party')))
    expect(eventFacts(JSON.stringify(heard.get(channels[0]!)))).toMatchObject([
      { kind: 'worker-event', type: 'worker-online' },
    ])
  },
)

test('event_serializer: one that is not here is refused before anything is consumed', async () => {
  const app = open({ event_serializer: 'pickle' })
  await expect(startWorker(app)).rejects.toThrow(
    'No encoder installed for pickle: this engine writes json, yaml, msgpack',
  )
})

test('control_exchange: only who names the same one is answered', async () => {
  const app = open({ control_exchange: 'ward' })
  await startWorker(app)
  expect(await app.control.ping({ limit: 1, timeoutSeconds: 60 })).toEqual([{ 'celery@here': { ok: 'pong' } }])
  expect(await open().control.ping({ timeoutSeconds: 0.2 })).toEqual([])
  expect(await redis.exists('_kombu.binding.ward.pidbox')).toBe(1)
})

test('worker_state_db: revoked ids are kept in that file', async () => {
  const file = join(folder, 'state')
  const app = open({ worker_state_db: file })
  await startWorker(app)
  await app.control.revoke('some-id', { reply: true, destination: ['celery@here'], timeoutSeconds: 60 })
  await waitFor('the file', async () => (await readFile(file, 'utf8').catch(() => '')).includes('some-id'))
})

test('beat_schedule_filename: what ran last is kept in that file', async () => {
  const file = join(folder, 'schedule')
  const conf = { beat_schedule_filename: file, beat_schedule: { often: { task: 'tasks.add', schedule: 0.05 } } }
  const app = open(conf)
  const beat = app.beat({ log: () => Promise.resolve() })
  const running = beat.start()
  await waitFor('a message', async () => (await redis.llen('celery')) > 0)
  await beat.stop()
  await running
  expect(await readFile(file, 'utf8')).toContain('often')
})

test('a setting that is not followed here is said once, with what holds instead', async () => {
  await startWorker(
    open({
      worker_timer: 'own:Timer',
      worker_pool_putlocks: false,
      broker_user: 'me',
      broker_transport_options: { sep: ':', ack_emulation: false, body_encoding: 'base64' },
      task_queue_max_priority: 5,
    }),
  )
  const said = logged.filter((line) => line.includes('has no effect'))
  expect(said.map((line) => line.replace(/^.*\] /, ''))).toEqual([
    'The setting broker_user has no effect here: the address of the broker is broker_url alone.\n',
    'The setting worker_timer has no effect here: classes of Celery itself cannot be replaced.\n',
    'ack_emulation of the setting broker_transport_options has no effect here: a delivery is kept in Redis until it is acked.\n',
  ])
})
