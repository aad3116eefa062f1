/** The tasks that every app has, called by a message as another Celery writes it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery, PyFloat, type WireObject, type WireValue } from '../../../src-main/engine/index.js'
import { startRedisServer } from '../../support/redis-server.js'

const server = await startRedisServer()
const app = new Celery('shop', { broker: server.url(), backend: server.url() })
const add = app.task('tasks.add', (x: number, y: number) => x + y)
const sum = app.task('tasks.sum', (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0))
const worker = app.worker({ concurrency: 2, log: () => Promise.resolve() })

beforeAll(async () => void (await worker.start()))
afterAll(async () => {
  await worker.stop()
  await app.close()
  await server.stop()
})

const call = async (name: string, args: readonly WireValue[], kwargs: WireObject = {}): Promise<unknown> =>
  (await app.sendTask(`celery.${name}`, args, kwargs)).get({ timeoutSeconds: 20 })

test('accumulate gives its arguments back as they came', async () => {
  expect(await call('accumulate', [1, new PyFloat(2), 'x'])).toEqual([1, new PyFloat(2), 'x'])
  expect(await call('accumulate', [1, 2, 3], { index: 2 })).toBe(3)
})

test('map and starmap call a task with each item, here', async () => {
  expect(await call('map', [sum.s(), [[1, 2], [3]]])).toEqual([3, 3])
  expect(await call('starmap', [], { task: add.s(), it: [[1, 2], [3, 4]] })).toEqual([3, 7]) // prettier-ignore
  const unknown = { task: app.signature('tasks.nowhere'), it: [1] }
  await expect(call('map', [], unknown)).rejects.toMatchObject({ name: 'NotRegistered' })
  await expect(call('map', ['tasks.add', [1]])).rejects.toThrow('a signature is not an object that names a task')
})

test('a group is sent with what is to come in front, and its result given back', async () => {
  const members = [add.s(1), add.s(2)].map((member, n) => ({ ...member, options: { task_id: `m${n}` } }))
  const kwargs = { tasks: members, result: [['g', null], []], group_id: 'g', partial_args: [10] }
  expect(await call('group', [], kwargs)).toEqual([['g', null], []])
  expect(await app.AsyncResult('m0').get({ timeoutSeconds: 20 })).toBe(11)
  expect(await app.AsyncResult('m1').get({ timeoutSeconds: 20 })).toBe(12)
})

test('a chord and chunks are sent, and what can be waited for is their result', async () => {
  const idOf = (tree: unknown): string => (tree as readonly [readonly [string, unknown], unknown])[0][0]
  const tree = await call('chord', [], { header: [add.s(1, 1), add.s(2, 2)], body: sum.s(), eager: false })
  expect(await app.AsyncResult(idOf(tree)).get({ timeoutSeconds: 20 })).toBe(6)
  const [, parts] = (await call('chunks', [add.s(), [[1, 1], [2, 2], [3, 3]], 2])) as readonly [unknown, unknown[]] // prettier-ignore
  const values = parts.map((part) => app.AsyncResult(idOf(part)).get({ timeoutSeconds: 20 }))
  expect(await Promise.all(values)).toEqual([[2, 4], [6]])
})

test('chord_unlock waits for the header and sends the body; what else it is told is passed over', async () => {
  const header = [await add.delay(1, 1), await add.delay(2, 2)]
  const body = { ...sum.s(), options: { task_id: 'unlocked' } }
  const result = header.map((one) => one.asTuple())
  await app.sendTask('celery.chord_unlock', ['group', body], { interval: 0, max_retries: null, result, whatever: 1 })
  expect(await app.AsyncResult('unlocked').get({ timeoutSeconds: 20 })).toBe(6)
})

test('chain is no task of its own, and a clean-up has nothing to do', async () => {
  await expect(call('chain', [])).rejects.toMatchObject({ name: 'NotImplementedError' })
  expect(await call('backend_cleanup', [])).toBeNull()
})
