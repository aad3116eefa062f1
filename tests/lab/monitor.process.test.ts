/** The lab's monitor off the channel of events for a while: what happens meanwhile happens, and nobody tells of it later. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabForTest, TASKS_PY, problemOf, topology } from './lab-for-test.js'

let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  await run.save(
    'tasks.py',
    TASKS_PY.replace("Celery('harbour')", "Celery('harbour')\napp.conf.worker_soft_shutdown_timeout = 8"),
  )
  expect(problemOf(await run.lab.start())).toBeNull()
  expect(problemOf(await run.build(topology()))).toBeNull()
}, 120_000)
afterAll(async () => {
  expect(await run.stop()).toEqual([])
})

const deaf = { kind: 'deaf-monitor', forMs: 60_000 } as const
const eventsOf = (taskId: string, after: number): readonly string[] =>
  run
    .facts('task-event', after)
    .filter((event) => event.taskId === taskId)
    .map(({ type }) => type)

test('a task that runs while the monitor is deaf leaves its mail and its result, and no event, also later', async () => {
  const before = run.lastSeq
  expect(problemOf(await run.lab.applyFault(deaf))).toBeNull()
  await run.lab.buy({ count: 1, path: '/buy', together: false })
  const { taskId } = await run.fact('result-stored', ({ state }) => state === 'SUCCESS', before)
  // A worker gathers events for up to a second: by the end of another task, those of the first have been sent.
  const next = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy?seconds=2', together: false })
  await run.fact('result-stored', ({ state, taskId: id }) => state === 'SUCCESS' && id !== taskId, next)
  // A deafness of another length begins anew, and this one is over at once.
  expect(problemOf(await run.lab.applyFault({ ...deaf, forMs: 1 }))).toBeNull()
  await run.fact(
    'fault',
    ({ order, phase }) => phase === 'ended' && order.kind === 'deaf-monitor' && order.forMs === 1,
    before,
  )
  await run.fact('worker-event', undefined, before)
  const again = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy', together: false })
  const later = await run.fact('task-event', ({ type }) => type === 'task-succeeded', again)
  expect(eventsOf(taskId, before)).toEqual([])
  expect(eventsOf(later.taskId, again)).toContain('task-started')
  expect(run.facts('ledger-row', before).map((row) => row.taskId)).toContain(taskId)
  expect(run.facts('fault', before).map(({ phase }) => phase)).toEqual(['started', 'ended', 'started', 'ended'])
})

test('a new start state hears from its first moment, however long the fault was to last', async () => {
  expect(problemOf(await run.lab.applyFault(deaf))).toBeNull()
  expect(problemOf(await run.build(topology()))).toBeNull()
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy', together: false })
  await run.fact('task-event', ({ type }) => type === 'task-succeeded', before)
})

test('a cold stop waits as long as its soft part needs, and the task is finished', async () => {
  const before = run.lastSeq
  await run.lab.buy({ count: 1, path: '/buy?seconds=4', together: false })
  await run.fact('slot', ({ taskId }) => taskId !== null, before)
  expect(problemOf(await run.lab.stopWorker('worker@1', 'cold'))).toBeNull()
  expect(run.facts('result-stored', before).map(({ state }) => state)).toContain('SUCCESS')
  expect(run.facts('process-exited', before).filter(({ role }) => role === 'worker')).toMatchObject([{ signal: null }])
})
