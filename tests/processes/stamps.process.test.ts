/** What becomes of stamps on the way: in self.request, over a retry, after a replacement, in an extended result, when revoked. */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signature } from '../../src-main/engine/canvas/signature.js'
import { Celery, chain, chord, group, stamp } from '../../src-main/engine/index.js'
import type { Signature, WireObject, WireValue } from '../../src-main/engine/index.js'
import { startOurWorker, type OurWorker } from '../support/our-worker.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'

const tasksPy = `
from celery import Celery, chain
from celery.canvas import StampingVisitor
app = Celery('tasks', result_extended=True)

def stamps(task):
    return [task.request.stamped_headers, task.request.stamps]

@app.task(bind=True)
def seen(self, *before): return stamps(self)

@app.task(bind=True, max_retries=1)
def again(self):
    if self.request.retries == 0: raise self.retry(countdown=0.1)
    return [self.request.retries, stamps(self)]

@app.task(bind=True)
def replaced(self, own):
    sig = seen.si()
    if own: sig.stamp(own=own)
    return self.replace(sig)

@app.task
def waits(*args): pass

@app.task(bind=True)
def sends(self):
    class V(StampingVisitor):
        def on_signature(self, sig, **headers): return {'by': 'visitor', 'stamped_headers': ['by']}
    sig = chain(seen.si(), seen.si())
    sig.stamp(V())
    plain = seen.apply_async(stamped_headers=['given'], given='in the call')
    return [sig.apply_async().id, plain.id]

@app.task
def revokes(header, value):
    return app.control.revoke_by_stamped_headers({header: value}, reply=True, timeout=20, limit=1)
`

let server: RedisServer
let redis: Redis
let worker: OurWorker
let app: Celery

beforeAll(async () => {
  server = await startRedisServer()
  redis = server.client()
  worker = await startOurWorker({ brokerUrl: server.url(), tasksPy, concurrency: 2 })
  app = new Celery('client', { broker: server.url(), backend: server.url() })
})
afterAll(async () => {
  await app?.close()
  await worker?.stop()
  await server?.stop()
})

const task = (name: string, ...args: readonly WireValue[]): Signature => signature(`tasks.${name}`, { args })
const timeoutSeconds = 30
const value = async (sig: Signature): Promise<unknown> => (await app.apply(sig)).get({ timeoutSeconds })
const batch = [['batch'], { batch: 'b1' }]

test('every task of a canvas sees its stamps', async () => {
  expect(await value(stamp(task('seen'), { batch: 'b1' }))).toEqual(batch)
  expect(await value(stamp(chain(task('seen'), task('seen')), { batch: 'b1' }))).toEqual(batch)
  expect(await value(stamp(group([task('seen'), chain(task('seen'), task('seen'))]), { batch: 'b1' }))).toEqual([
    batch,
    batch,
  ])
  const visitor = { onSignature: (): WireObject => ({ batch: 'b1', stamped_headers: ['batch'] }) }
  expect(await value(stamp(chord([task('seen'), task('seen')], task('seen')), visitor))).toEqual(batch)
  expect(await value(task('seen'))).toEqual([null, {}])
})

test('a retry has the stamps of the first try', async () => {
  expect(await value(stamp(task('again'), { batch: 'b1' }))).toEqual([1, batch])
})

test('as in Celery a replacement has its own stamps only, and what follows keeps those it had', async () => {
  expect(await value(stamp(task('replaced', null), { batch: 'b1' }))).toEqual([null, {}])
  expect(await value(stamp(task('replaced', 'o'), { batch: 'b1' }))).toEqual([['own'], { own: 'o' }])
  expect(await value(stamp(chain(task('replaced', 'o'), task('seen')), { batch: 'b1' }))).toEqual(batch)
})

test('Python stamps what a task sends, by a visitor and by options of the call', async () => {
  const [chained, plain] = (await value(task('sends'))) as readonly [string, string]
  expect(await app.AsyncResult(chained).get({ timeoutSeconds })).toEqual([['by'], { by: 'visitor' }])
  expect(await app.AsyncResult(plain).get({ timeoutSeconds })).toEqual([['given'], { given: 'in the call' }])
})

test('an extended result tells its stamps, also of a task that was revoked', async () => {
  const result = await app.apply(stamp(task('seen'), { batch: 'b1', other: 2 }))
  await result.get({ timeoutSeconds })
  const stored = async (id: string): Promise<unknown> =>
    JSON.parse((await redis.get(`celery-task-meta-${id}`)) ?? 'null') as unknown
  expect(await stored(result.id)).toMatchObject({ batch: 'b1', other: 2, stamped_headers: ['batch', 'other'] })
  const [late] = [await app.sendTask('tasks.waits', [], {}, { expires: -1, stamped_headers: ['batch'], batch: 'b2' })]
  await expect(late.get({ timeoutSeconds })).rejects.toThrow('expired')
  expect(await stored(late.id)).toMatchObject({ status: 'REVOKED', batch: 'b2', stamped_headers: ['batch'] })
})

test('what carries a revoked stamp is not run: of a canvas the parts that carry it', async () => {
  const waiting = stamp(group([task('waits', 1), task('waits', 2)]), { monitoring_id: 'm1' })
  await app.apply(waiting, {}, { countdown: 3600 })
  const other = await app.apply(stamp(task('seen'), { monitoring_id: 'm2' }), {}, { countdown: 1 })
  expect(await value(task('revokes', 'monitoring_id', 'm1'))).toEqual([
    { 'celery@ours': { ok: "headers {'monitoring_id': 'm1'} flagged as revoked, but not terminated" } },
  ])
  const revoked = await app.apply(stamp(task('seen'), { monitoring_id: 'm1' }))
  await expect(revoked.get({ timeoutSeconds })).rejects.toMatchObject({ name: 'TaskRevokedError' })
  expect(await other.get({ timeoutSeconds })).toEqual([['monitoring_id'], { monitoring_id: 'm2' }])
})
