/** Remote control of a real worker of ours, asked as kombu asks: what runs is ended, the pool changes, limits hold. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askWorkers } from '../../src-main/engine/control/broadcast.js'
import { LamportClock } from '../../src-main/engine/events/lamport-clock.js'
import { Celery, systemClock, systemIds, type WireObject } from '../../src-main/engine/index.js'
import { isAlive, startOurWorker, type OurWorker } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { waitFor } from '../support/wait-for.js'

const tasksPy = `
import time
from celery import Celery
app = Celery('tasks')
app.conf.worker_pool_restarts = True

@app.task
def add(x, y):
    return x + y

@app.task
def sleeper(n):
    time.sleep(n)
    return n

@app.task(acks_late=True)
def late(n):
    time.sleep(n)
    return n

@app.task(rate_limit='1/h')
def limited(n):
    return n
`

const long = 600

describe('remote control of a worker', () => {
  let server: RedisServer
  let redis: Redis
  let worker: OurWorker
  let app: Celery
  const lamport = new LamportClock()

  beforeAll(async () => {
    server = await startRedisServer()
    redis = new Redis(server.url())
    app = new Celery('tests', { broker: server.url(), backend: server.url() })
    worker = await startOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 2, nodename: 'celery@ours' })
  })
  afterAll(async () => {
    await app?.close()
    redis?.disconnect()
    await worker?.stop()
    await server?.stop()
  })

  const ask = async (method: string, args: WireObject = {}): Promise<unknown> => {
    const parts = { channel: app.channel, lamport, clock: systemClock, ids: systemIds }
    const replies = await askWorkers(parts, { method, arguments: args, timeoutSeconds: 20, limit: 1 })
    return replies.get('celery@ours')
  }
  const send = async (task: string, ...args: readonly number[]): Promise<string> =>
    (await app.task(task).delay(...args)).id
  const statusOf = async (id: string): Promise<unknown> => (await app.backend.get(id)).status
  const whenActive = (id: string): Promise<{ readonly id: string; readonly worker_pid: number }> =>
    waitFor(`${id} runs`, async () =>
      ((await ask('active')) as { readonly id: string; readonly worker_pid: number }[]).find((one) => one.id === id),
    )

  it('revoke with terminate ends what runs, says so, and the slot is free for the next task', async () => {
    const id = await send('tasks.sleeper', long)
    const { worker_pid: pid } = await whenActive(id)
    expect(await ask('revoke', { task_id: id, terminate: true })).toEqual({ ok: `terminate: ${id}` })
    await waitFor('the process is gone', () => !isAlive(pid))
    await waitFor('REVOKED is stored', async () => (await statusOf(id)) === 'REVOKED')
    expect((await app.backend.get(id)).result).toMatchObject({ exc_type: 'TaskRevokedError' })
    expect(worker.lines).toContain(`INFO/MainProcess] Terminating ${id} (15)`)
    expect(worker.stderr).not.toContain('exited with')
    const both = [await send('tasks.sleeper', long), await send('tasks.sleeper', long)]
    for (const one of both) await whenActive(one)
    await ask('revoke', { task_id: both, terminate: true, signal: 'SIGKILL' })
    await waitFor('nothing runs', async () => ((await ask('active')) as unknown[]).length === 0)
    expect(await (await app.task('tasks.add').delay(1, 2)).get()).toBe(3)
  })

  it('a signal that does not end the process leaves its slot taken until the task has ended', async () => {
    const id = await send('tasks.sleeper', 2)
    const { worker_pid: pid } = await whenActive(id)
    await ask('terminate', { signal: 'SIGINT', task_id: [id] })
    await waitFor('the task has ended by itself', async () => (await statusOf(id)) === 'SUCCESS')
    expect(isAlive(pid)).toBe(true)
    expect(await (await app.task('tasks.add').delay(2, 2)).get()).toBe(4)
  })

  it('a late-acked task that is terminated is not delivered again', async () => {
    const id = await send('tasks.late', long)
    await whenActive(id)
    await ask('revoke', { task_id: id, terminate: true })
    await waitFor('it is acked', async () => (await redis.hlen('unacked')) === 0)
    expect(await redis.llen('celery')).toBe(0)
  })

  it('a stamped message is dropped once its stamp is revoked', async () => {
    await ask('revoke_by_stamped_headers', { headers: { ship: ['Vega'] } })
    const stamped = { stamped_headers: ['ship'], stamps: { ship: ['Vega'] } }
    const { id } = await app.sendTask('tasks.add', [1, 1], {}, { headers: stamped } as never)
    await worker.waitForLog(`Discarding revoked task: tasks.add[${id}] (revoked by header: {'ship': 'Vega'})`)
    await waitFor('REVOKED is stored', async () => (await statusOf(id)) === 'REVOKED')
  })

  it('the pool grows, shrinks and restarts', async () => {
    const pids = async (): Promise<readonly number[]> =>
      ((await ask('stats')) as { readonly pool: { readonly processes: readonly number[] } }).pool.processes
    expect(await ask('pool_grow', { n: 1 })).toEqual({ ok: 'pool will grow' })
    await waitFor('three processes', async () => (await pids()).length === 3)
    expect(await ask('pool_shrink', { n: 1 })).toEqual({ ok: 'pool will shrink' })
    await waitFor('two processes', async () => (await pids()).length === 2)
    const before = await pids()
    expect(await ask('pool_restart')).toEqual({ ok: 'reload started' })
    await waitFor('two others', async () => {
      const now = await pids()
      return now.length === 2 && now.every((pid) => !before.includes(pid))
    })
    expect(await (await app.task('tasks.add').delay(3, 3)).get()).toBe(6)
  })

  it('a queue is consumed when control says so, and no more when it says so', async () => {
    await ask('add_consumer', { queue: 'mail', exchange: 'post', exchange_type: 'topic', routing_key: 'letter.#' })
    await worker.waitForLog('Started consuming from mail')
    expect(await redis.smembers('_kombu.binding.post')).toEqual(['letter.#\x06\x16^letter\\..*?$\x06\x16mail'])
    const { id } = await app.sendTask('tasks.add', [4, 4], {}, { queue: 'mail' })
    await waitFor('it ran', async () => (await statusOf(id)) === 'SUCCESS')
    await ask('cancel_consumer', { queue: 'mail' })
    await worker.waitForLog('Canceling queue mail')
    const queues = (await ask('active_queues')) as { readonly name: string }[]
    expect(queues.map(({ name }) => name)).toEqual(['celery'])
  })

  it('a limited type waits for its token in no list, and goes on when the limit is taken away', async () => {
    const ids = [await send('tasks.limited', 1), await send('tasks.limited', 2), await send('tasks.limited', 3)]
    await worker.waitForLog(`Task tasks.limited[${ids[2]}] received`)
    expect(await ask('reserved')).toEqual([])
    expect(await ask('rate_limit', { task_name: 'tasks.limited', rate_limit: 0 })).toEqual({
      ok: 'rate limit disabled successfully',
    })
    const after = await send('tasks.limited', 4)
    await waitFor('the one sent after it ran', async () => (await statusOf(after)) === 'SUCCESS')
    expect(await statusOf(ids[2]!)).toBe('PENDING')
  })

  it('an election in a cluster of one is won, and the worker lives on', async () => {
    const action = { task: 'tasks.add', args: [5, 5], kwargs: {}, options: { task_id: 'elected' } }
    expect(await ask('election', { id: 'e1', topic: 'task', action })).toBeNull()
    await worker.waitForLog("I won the election 'e1'")
    await waitFor('the task of the election ran', async () => (await statusOf('elected')) === 'SUCCESS')
  })
})
