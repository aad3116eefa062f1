/**
 * Some 400 canvases in plain Celery API, sent by real Celery's Python (Debian's 5.2.6) and by ours, carried out by real
 * workers and by ours. What is compared is all that was left in the result backend when the worker had nothing to do.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AttributedRelay } from './conformance/attributed-relay.js'
import { startRedisServer, type RedisServer } from '../support/redis-server.js'
import { betweenClients, betweenWorkers, byChance, type KnownDifference } from './canvas/known-differences.js'
import { comparable, ends, values, type Outcome } from './canvas/outcome.js'
import { runScenarios } from './canvas/run.js'

type Cell = ReadonlyMap<string, Outcome>
type Side = 'real' | 'ours'

const minutes = 10
const only = process.env.SCENARIOS_ONLY ?? ''
const cells = new Map<string, Cell>()
let redis: RedisServer
let relay: AttributedRelay

beforeAll(async () => {
  redis = await startRedisServer()
  relay = new AttributedRelay(redis.port)
  const relayPort = await relay.start()
  const pairings = (['real', 'ours'] as const).flatMap((client) =>
    (['real', 'ours'] as const).map((worker) => ({ client, worker })),
  )
  await Promise.all(
    pairings.map(async ({ client, worker }, db) => {
      const outcomes = await runScenarios({ client, worker, brokerUrl: redis.url(db), relayPort, only })
      cells.set(`${client} ${worker}`, outcomes)
    }),
  )
}, minutes * 60_000)
afterAll(async () => {
  await relay?.stop()
  await redis?.stop()
})

const cell = (client: Side, worker: Side): Cell => cells.get(`${client} ${worker}`) ?? new Map<string, Outcome>()

/** Both sides of every scenario, as far as they have to be equal. */
function compared(one: Cell, other: Cell, known: readonly KnownDifference[]): readonly [unknown, unknown] {
  const seen = (outcome: Outcome | undefined, name: string): readonly string[] => {
    if (outcome === undefined) return ['was not run']
    const still = [...known, ...byChance].filter(({ of }) => of.test(name)).map((difference) => difference.still)
    if (still.includes('nothing')) return []
    if (still.includes('ends')) return ends(outcome)
    return still.includes('values') ? values(outcome) : comparable(outcome)
  }
  const names = [...one.keys()]
  const differ = names.filter((name) => {
    return JSON.stringify(seen(one.get(name), name)) !== JSON.stringify(seen(other.get(name), name))
  })
  const shown = (side: Cell): unknown => Object.fromEntries(differ.map((name) => [name, seen(side.get(name), name)]))
  return [shown(other), shown(one)]
}

test('the set is large, the same for all, and every worker comes to rest', () => {
  const names = [...cell('real', 'real').keys()]
  if (only === '') expect(names.length).toBeGreaterThan(350)
  for (const outcomes of cells.values()) {
    expect([...outcomes.keys()]).toEqual(names)
    expect([...outcomes].filter(([, { idle }]) => !idle).map(([name]) => name)).toEqual([])
  }
})

describe('a message of either client is carried out alike by both workers', () => {
  test.each(['real', 'ours'] as const)('the client is %s', (client) => {
    const [ours, real] = compared(cell(client, 'real'), cell(client, 'ours'), betweenWorkers)
    expect(ours).toEqual(real)
  })
})

test.each(['real', 'ours'] as const)('both clients make the same of a canvas, for a worker that is %s', (worker) => {
  const known = worker === 'real' ? betweenClients : [...betweenClients, ...betweenWorkers]
  const [ours, real] = compared(cell('real', worker), cell('ours', worker), known)
  expect(ours).toEqual(real)
})
