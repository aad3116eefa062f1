/** Chains, groups and chords of the engine as a library: built, sent, run and waited for by one app in one process. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  Celery,
  chain,
  chord,
  chunks,
  group,
  GroupResult,
  map,
  stamp,
  type RunningTask,
} from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'

const server = await startRedisServer()
const app = new Celery('shop', { broker: server.url(), backend: server.url() })
const add = app.task('tasks.add', (x: number, y: number) => x + y)
const sum = app.task('tasks.sum', (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0))
const fail = app.task('tasks.fail', (message: string): void => {
  throw new RangeError(message)
})
const sends = app.task(
  'tasks.sends',
  async (_self: RunningTask) => (await app.apply(group([add.s(1, 1), add.s(2, 2)]))).id,
  { bind: true },
)
const stamped = app.task(
  'tasks.stamped',
  async (self: RunningTask): Promise<unknown> => {
    if (self.request.retries === 0) await self.retry({ countdown: 0 })
    return [self.request.stamped_headers, self.request.stamps]
  },
  { bind: true },
)
const worker = app.worker({ hostname: 'canvas', log: () => Promise.resolve() })

beforeAll(() => worker.start())
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

test('a chain hands each result on; its result leads back to the first step', async () => {
  const result = await app.apply(chain(add.s(1, 2), add.s(3), add.si(10, 20), add.s(100)))
  expect(await result.get()).toBe(130)
  expect(await result.parent?.parent?.get()).toBe(6)
  expect(await result.parent?.parent?.parent?.get()).toBe(3)
})

test('a group is a list of results, and is read again once it was saved', async () => {
  const result = await app.apply(group([add.s(1), add.s(2), chain(add.s(3), add.s(4))]), { args: [10] })
  if (!(result instanceof GroupResult)) throw new Error('the result of a group is no GroupResult')
  expect(await result.get()).toEqual([11, 12, 17])
  expect([await result.ready(), await result.failed(), await result.completedCount()]).toEqual([true, false, 3])
  await result.save()
  const restored = await app.restoreGroup(result.id)
  expect(restored?.asTuple()).toEqual(result.asTuple())
  expect(await restored?.get()).toEqual([11, 12, 17])
  await result.delete()
  expect(await app.restoreGroup(result.id)).toBeNull()
})

test('a chord calls its body with the results; a group in the middle of a chain is one', async () => {
  const result = await app.apply(chord([add.s(1, 1), add.s(2, 2)], sum.s()))
  expect([await result.get(), await result.parent?.get()]).toEqual([6, [2, 4]])
  const upgraded = await app.apply(chain(add.s(1, 1), group([add.s(10), add.s(20)]), sum.s(), add.s(1000)))
  expect(await upgraded.get()).toBe(1034)
  const failed = await app.apply(chord([add.s(1, 1), fail.s('no')], sum.s()))
  await expect(failed.get()).rejects.toMatchObject({ name: 'ChordError' })
})

test('a group that is the body of a chord fails with what broke the header, each member and the group itself', async () => {
  const body = group([sum.s(), chain(sum.s(), add.s(1)), chord([sum.s()], sum.s())])
  const failed = await app.apply(chord([add.s(1, 1), fail.s('no')], body))
  if (!(failed instanceof GroupResult)) throw new Error('a group is expected')
  for (const result of failed.results)
    await expect(result.get({ timeoutSeconds: 60 })).rejects.toMatchObject({ message: 'no' })
  await expect(app.AsyncResult(failed.id).get({ timeoutSeconds: 60 })).rejects.toMatchObject({ message: 'no' })
})

test('what a running task sends is its child, as the tree that it is', async () => {
  const result = await sends.delay()
  const groupId = await result.get()
  const { children } = await result.meta()
  expect(children).toMatchObject([
    [
      [groupId, null],
      [
        [[expect.any(String), null], null],
        [[expect.any(String), null], null],
      ],
    ],
  ])
})

test('maps and chunks are messages that every Python worker understands', async () => {
  const parts = chunks(add.s(), [[1, 1], [2, 2], [3, 3]], 2) // prettier-ignore
  expect(parts.kwargs.tasks).toMatchObject([
    { task: 'celery.starmap', immutable: true, kwargs: { it: [[1, 1], [2, 2]], task: { task: 'tasks.add' } } }, // prettier-ignore
    { task: 'celery.starmap', kwargs: { it: [[3, 3]] } },
  ])
  expect(map(sum.s(), [[1, 2]])).toMatchObject({ task: 'celery.map', kwargs: { it: [[1, 2]] } })
  expect(() => chunks(add.s(), [], 0)).toThrow('chunks of 0 items, expected a whole number above 0')
})

test('a stamped task sees its stamps, and a retry keeps them', async () => {
  const result = await app.apply(stamp(stamped.s(), { batch: 'b1' }))
  expect(await result.get()).toEqual([['batch'], { batch: 'b1' }])
})
