import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodenameOf } from '../../src-main/contract/topology.js'
import { LabForTest, problemOf, topology } from './lab-for-test.js'

let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  expect(await run.lab.start()).toEqual({ ok: true, value: null })
})
afterAll(async () => {
  expect(await run.stop()).toEqual([])
})

const buy = { count: 1, path: '/buy', together: false }
const threeWaiting = topology({ workers: [{ name: 'worker@1', concurrency: 2, running: false }] })

/** What Redis held when it was asked for the first time after it came back. */
async function waitingAfter(seq: number): Promise<number> {
  await run.fact('process-ready', (fact) => fact.role === 'redis', seq)
  const back = run.lab.record.itemsAfter(seq).find(({ fact }) => fact.kind === 'process-ready')
  const lengths = await run.fact('queue-lengths', undefined, back?.seq ?? seq)
  return lengths.queues['celery'] ?? -1
}

async function haveThreeWaiting(): Promise<void> {
  expect(problemOf(await run.build(threeWaiting))).toBeNull()
  const before = run.lastSeq
  expect(problemOf(await run.lab.buy({ ...buy, count: 3 }))).toBeNull()
  await run.fact('queue-lengths', (fact) => fact.queues['celery'] === 3, before)
}

test('stopped with its data on disk, Redis comes back with the three messages, and nobody calls it a death', async () => {
  await haveThreeWaiting()
  const before = run.lastSeq
  const order = { kind: 'stop-redis', forMs: 400, keepData: true } as const
  expect(problemOf(await run.lab.applyFault(order))).toBeNull()
  expect(run.process('redis')).toMatchObject({ state: 'off', pid: null })
  expect(run.lab.view()).toMatchObject({ redisAddress: null, redis: { appendOnly: true } })

  expect(await waitingAfter(before)).toBe(3)
  expect(await run.fact('fault', (fact) => fact.phase === 'ended', before)).toMatchObject({ order })
  expect(run.facts('process-exited', before)).toMatchObject([{ role: 'redis', expected: true }])
  expect(run.facts('problem', before)).toEqual([])
})

test('a message that was published can be opened, its arguments as they were sent', async () => {
  await haveThreeWaiting()
  const [published] = run.facts('message-published').slice(-1)
  const message = run.lab.message(published?.deliveryTag ?? '')
  expect(message?.headers.find(({ path }) => path === 'headers.task')?.text).toBe('"tasks.send_confirmation"')
  expect(message?.body.map(({ path }) => path)).toEqual(['body.args', 'body.kwargs', 'body.embed'])
  expect(message?.body[0]?.text).toMatch(/^\[\d+, 0(\.0)?\]$/)
  expect(run.lab.message('nobody')).toBeNull()
})

test('stopped with nothing on disk, it comes back empty', async () => {
  await haveThreeWaiting()
  const before = run.lastSeq
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 300, keepData: true })
  await run.fact('fault', (fact) => fact.phase === 'ended', before)
  const second = run.lastSeq
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 300, keepData: false })
  expect(await waitingAfter(second)).toBe(0)
  await run.fact('fault', (fact) => fact.phase === 'ended', second)
})

test('while it is away another outage is refused, and it can be started before its time', async () => {
  await haveThreeWaiting()
  const before = run.lastSeq
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 600_000, keepData: true })
  expect(problemOf(await run.lab.applyFault({ kind: 'bounce-redis', times: 1 }))?.code).toBe('redis-is-away')
  expect(problemOf(await run.lab.applyFault({ kind: 'start-redis' }))).toBeNull()
  expect(await waitingAfter(before)).toBe(3)
  await run.fact('fault', (fact) => fact.order.kind === 'stop-redis' && fact.phase === 'ended', before)
  expect(problemOf(await run.lab.applyFault({ kind: 'start-redis' }))?.code).toBe('redis-is-up')
})

test('a worker says that the broker is lost, waits for it, and works again', async () => {
  expect(problemOf(await run.build())).toBeNull()
  const before = run.lastSeq
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 1_000, keepData: false })
  await run.fact('log-line', (fact) => fact.text.includes('Connection to broker lost'), before)
  await run.fact('log-line', (fact) => /Cannot connect to redis:.*refused/i.test(fact.text), before)
  await run.fact('fault', (fact) => fact.phase === 'ended', before)
  await run.fact('log-line', (fact) => fact.text.includes('Connected to redis'), before)
  await run.lab.buy(buy)
  const done = await run.fact('task-event', (fact) => fact.type === 'task-succeeded', before)
  expect(done.hostname).toBe(nodenameOf('worker@1'))
})

test('bounced twice, the same worker still takes and does a task', async () => {
  expect(problemOf(await run.build())).toBeNull()
  const before = run.lastSeq
  const { pid } = run.process('worker@1')
  expect(problemOf(await run.lab.applyFault({ kind: 'bounce-redis', times: 2 }))).toBeNull()
  expect(run.facts('process-exited', before).filter((fact) => fact.role === 'redis')).toHaveLength(2)
  expect(run.facts('fault', before).map((fact) => fact.phase)).toEqual(['started', 'ended'])
  await run.lab.buy(buy)
  await run.fact('task-event', (fact) => fact.type === 'task-succeeded', before)
  expect(run.process('worker@1').pid).toBe(pid)
})

test('a start state that is asked for during an outage ends it, and has the file on or off as the step wants', async () => {
  expect(problemOf(await run.build(topology({ redis: { appendOnly: true } })))).toBeNull()
  expect(run.lab.view().redis).toEqual({ appendOnly: true })
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 600_000, keepData: true })
  expect(problemOf(await run.build())).toBeNull()
  expect(run.lab.view()).toMatchObject({ redis: { appendOnly: false } })
  expect(run.lab.view().redisAddress).toMatch(/^127\.0\.0\.1:\d+$/)
})

test('a lab that is stopped during an outage ends', async () => {
  await run.lab.applyFault({ kind: 'stop-redis', forMs: 600_000, keepData: true })
})
