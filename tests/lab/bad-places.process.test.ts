/** What the lab says, and whether it goes on, when its surroundings are not as they should be. */
import { afterEach, expect, test, vi } from 'vitest'
import { LabForTest, problemOf, topology } from './lab-for-test.js'

let run: LabForTest | null = null
afterEach(async () => {
  vi.unstubAllEnvs()
  expect(await run?.stop()).toEqual([])
  run = null
})

const withoutPython = topology({ workers: [], web: { running: false } })

test('without a Redis binary the lab says what it looked for and what to type, and starts once there is one', async () => {
  run = await LabForTest.create()
  vi.stubEnv('CFZ_REDIS_BINARY', '/nowhere/redis-server')
  const problem = problemOf(await run.lab.start())
  expect(problem).toMatchObject({ code: 'redis-missing' })
  expect(problem?.detail).toContain('/nowhere/redis-server: not there')
  expect(problem?.next).toMatch(/apt-get install -y redis-server|brew install redis|winget install/)
  expect(run.lab.view()).toMatchObject({ state: 'failed', problem: { code: 'redis-missing' } })
  expect(await run.build(withoutPython)).toMatchObject({ ok: false, problem: { code: 'lab-not-ready' } })
  vi.unstubAllEnvs()
  expect(await run.lab.start()).toMatchObject({ ok: true })
  expect(await run.build(withoutPython)).toMatchObject({ ok: true })
})

test('a binary that is no Redis is passed over with the reason', async () => {
  run = await LabForTest.create()
  vi.stubEnv('CFZ_REDIS_BINARY', '/bin/true')
  expect(problemOf(await run.lab.start())?.detail).toContain('/bin/true: did not answer --version')
})

test('with a data folder that takes no files the lab runs all the same, and says that nothing is kept', async () => {
  run = await LabForTest.create({ dataFolder: '/dev/null/data' })
  expect(await run.lab.start()).toMatchObject({ ok: true })
  expect(await run.build(withoutPython)).toMatchObject({ ok: true })
  const codes = run.facts('problem').map((fact) => fact.problem.code)
  expect(codes).toEqual(['record-not-written'])
})

test('entries that are not there are a problem, not a crash', async () => {
  run = await LabForTest.create({ entriesFolder: '/nowhere' })
  expect(problemOf(await run.lab.start())?.code).toMatch(/redis-not-started|world-not-started/)
  expect(run.lab.view().state).toBe('failed')
})

test('an executable that is not there is a problem, not a crash', async () => {
  run = await LabForTest.create({ execPath: '/nowhere/node' })
  expect(problemOf(await run.lab.start())?.code).toMatch(/redis-not-started|world-not-started/)
})

test('two labs at once do not meet', async () => {
  run = await LabForTest.create()
  const other = await LabForTest.create()
  try {
    expect(await Promise.all([run.lab.start(), other.lab.start()])).toMatchObject([{ ok: true }, { ok: true }])
    expect(run.lab.view().redisAddress).not.toBe(other.lab.view().redisAddress)
  } finally {
    expect(await other.stop()).toEqual([])
  }
})

test('stopped while it starts, or before it was started, it leaves nothing', async () => {
  run = await LabForTest.create()
  const starting = run.lab.start()
  setTimeout(() => void run?.lab.stop(), 60)
  await starting
})
