/** Beat in the lab: what it publishes is its own, what it remembers outlives it, and two of them are two. */
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FactOf } from '../../src-main/contract/feed.js'
import { LabForTest, TASKS_PY, problemOf, topology } from './lab-for-test.js'
import { waitFor } from '../support/wait-for.js'

const everySeconds = (seconds: number, more = ''): string =>
  `${TASKS_PY}
@app.task
def tally():
    return 'counted'

app.conf.beat_schedule = {'tally': {'task': 'tasks.tally', 'schedule': ${seconds}.0${more}}}
`

const beatOnly = topology({
  workers: [{ name: 'worker@1', concurrency: 1, running: false }],
  web: { running: false },
  beat: { running: true },
})
const DONE = { ok: true, value: null }

let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  expect(await run.lab.start()).toEqual(DONE)
})
afterAll(async () => {
  expect(await run.stop()).toEqual([])
})

const sentBy = (name: string, after: number): readonly FactOf<'beat-sent'>[] =>
  run.facts('beat-sent', after).filter((fact) => fact.process === name)

interface Told<K extends 'beat-planned' | 'beat-due'> {
  readonly atMs: number
  readonly fact: FactOf<K>
}

function itemsOf<K extends 'beat-planned' | 'beat-due'>(kind: K, after: number): readonly Told<K>[] {
  return run.lab.record
    .itemsAfter(after)
    .flatMap(({ fact, atMs }) => (fact.kind === kind ? [{ atMs, fact: fact as FactOf<K> }] : [])) // of that kind
}

async function atLeastSent(count: number, after: number, name = 'beat'): Promise<void> {
  await waitFor(`${count} messages of ${name}`, () => sentBy(name, after).length >= count, {
    describe: () => JSON.stringify(run.lab.record.itemsAfter(after).slice(-20)),
  })
}

test('what beat sends is published over its own link, and waits while no worker runs', async () => {
  await run.save('tasks.py', everySeconds(1))
  const before = run.lastSeq
  expect(problemOf(await run.build(beatOnly))).toBeNull()
  expect(run.process('beat')).toMatchObject({ role: 'beat', state: 'ready', stale: false, children: [] })
  await atLeastSent(2, before)
  const planned = await run.fact('beat-planned', undefined, before)
  expect(planned).toMatchObject({ process: 'beat', entry: 'tally', task: 'tasks.tally', schedule: 'freq: 1.00 second' })
  const due = await run.fact('beat-due', undefined, before)
  expect(due.nextRunsMs).toHaveLength(5)
  const { taskId } = await run.fact('beat-sent', undefined, before)
  expect(await run.fact('message-published', (fact) => fact.taskId === taskId, before)).toMatchObject({
    by: 'beat',
    taskName: 'tasks.tally',
  })
  await run.fact('queue-lengths', (fact) => (fact.queues['celery'] ?? 0) >= 2, before)
  expect(run.lab.terminals()['beat']).toContain('Scheduler: Sending due task tally (tasks.tally)')
})

test('stopped, it sends nothing; started again, it makes up for all it missed with one run at once', async () => {
  await run.save('tasks.py', everySeconds(2))
  await run.build(beatOnly)
  await atLeastSent(1, run.lastSeq)
  expect(await run.lab.stopBeat()).toEqual(DONE)
  expect(run.process('beat')).toMatchObject({ state: 'off', pid: null })
  expect(problemOf(await run.lab.stopBeat())).toMatchObject({ code: 'not-running' })
  const stopped = run.lastSeq
  await new Promise((resolve) => setTimeout(resolve, 4_500)) // two runs are missed
  expect(run.facts('message-published', stopped)).toEqual([])
  expect(await run.lab.startBeat()).toEqual(DONE)
  await atLeastSent(2, stopped)
  const [planned] = itemsOf('beat-planned', stopped)
  expect(planned?.fact.nextRunsMs[0]).toBeLessThanOrEqual(planned?.atMs ?? 0) // due already, so not after an interval
  const [first] = itemsOf('beat-due', stopped)
  expect((first?.fact.nextRunsMs[0] ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1_500) // and the next one as always
})

test('a new start state forgets the runs of the one before', async () => {
  const before = run.lastSeq
  await run.build(beatOnly)
  await run.fact('beat-planned', undefined, before)
  const [planned] = itemsOf('beat-planned', before)
  // Two seconds from now, though the last run is longer ago.
  expect((planned?.fact.nextRunsMs[0] ?? 0) - (planned?.atMs ?? 0)).toBeGreaterThan(1_500)
})

test('saved code does not reach a running beat: it is stale, keeps its interval, and a restart reads the new one', async () => {
  await run.save('tasks.py', everySeconds(5))
  const before = run.lastSeq
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])).toEqual(DONE)
  expect(run.process('beat')).toMatchObject({ state: 'ready', stale: true })
  expect(run.lab.terminals()['beat']).toContain('goes on with the schedule it has')
  await atLeastSent(1, before)
  expect(await run.lab.restartBeat()).toEqual(DONE)
  expect(run.process('beat')).toMatchObject({ state: 'ready', stale: false })
  expect(await run.fact('beat-planned', undefined, before)).toMatchObject({ schedule: 'freq: 5.00 seconds' })
})

test('a second beat sends the same once more, under a name, a link and a file of its own, until it is ended', async () => {
  await run.save('tasks.py', everySeconds(1))
  await run.build(beatOnly)
  const before = run.lastSeq
  expect(await run.lab.applyFault({ kind: 'duplicate-beat' })).toEqual(DONE)
  await atLeastSent(2, before, 'beat@2')
  await atLeastSent(2, before)
  const by = new Set(run.facts('message-published', before).map((fact) => fact.by))
  expect(by).toEqual(new Set(['beat', 'beat@2']))
  expect(await run.lab.applyFault({ kind: 'end-duplicate-beat' })).toEqual(DONE)
  expect(run.lab.view().processes.map(({ name }) => name)).not.toContain('beat@2')
  const ended = run.lastSeq
  await atLeastSent(2, ended)
  expect(sentBy('beat@2', ended)).toEqual([])
  expect(run.facts('fault', before).map(({ order, phase }) => [order.kind, phase])).toEqual([
    ['duplicate-beat', 'started'],
    ['end-duplicate-beat', 'ended'],
  ])
  expect(problemOf(await run.lab.applyFault({ kind: 'end-duplicate-beat' }))).toMatchObject({ code: 'not-running' })
})

test('killed, beat is dead and nothing is scheduled; it can be started again', async () => {
  const before = run.lastSeq
  expect(await run.lab.applyFault({ kind: 'kill-beat' })).toEqual(DONE)
  expect(await run.fact('process-exited', (fact) => fact.process === 'beat', before)).toMatchObject({
    signal: 'SIGKILL',
    expected: false,
  })
  expect(run.process('beat').state).toBe('dead')
  expect(problemOf(await run.lab.applyFault({ kind: 'kill-beat' }))).toMatchObject({ code: 'beat-not-running' })
  expect(await run.lab.startBeat()).toEqual(DONE)
  await atLeastSent(1, before)
})

test('code that does not load is a problem, and a better version starts beat', async () => {
  await run.save('tasks.py', everySeconds(1, ", 'wrong': 1"))
  expect(problemOf(await run.build(beatOnly))).toMatchObject({ code: 'process-not-started' })
  expect(run.process('beat').state).toBe('dead')
  await run.save('tasks.py', everySeconds(1))
  const before = run.lastSeq
  expect(await run.lab.filesSaved([{ name: 'tasks.py', fingerprint: '' }])).toEqual(DONE)
  await atLeastSent(1, before)
})

test('a step without a beat has none, and cannot start one', async () => {
  await run.build(topology())
  expect(run.lab.view().processes.map(({ role }) => role)).not.toContain('beat')
  expect(problemOf(await run.lab.startBeat())).toMatchObject({ code: 'not-running' })
  expect(existsSync(`${run.workdir}/celerybeat-schedule`)).toBe(false)
})
