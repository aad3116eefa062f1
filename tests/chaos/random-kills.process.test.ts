/**
 * Half a minute of kills at random while tickets are bought. Whatever is killed: the lab goes on, each message is accounted for,
 * and nothing is left at the end. CFZ_CHAOS_SEED repeats a run, CFZ_CHAOS_SECONDS makes it longer.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fact } from '../../src-main/contract/feed.js'
import { seededRandom } from '../../src-main/world/seeded-random.js'
import { LabForTest, topology } from '../lab/lab-for-test.js'
import { waitFor } from '../support/wait-for.js'

const seconds = Number(process.env['CFZ_CHAOS_SECONDS'] ?? '30')
const seed = Number(process.env['CFZ_CHAOS_SEED'] ?? String(Date.now() % 100_000))
const random = seededRandom(seed)
const workers = ['worker@1', 'worker@2'] as const

let redisMayDieUntil = 0
let run: LabForTest
beforeAll(async () => {
  run = await LabForTest.create()
  expect(await run.lab.start()).toMatchObject({ ok: true })
})
afterAll(async () => {
  expect(await run.stop(), `seed ${seed}`).toEqual([])
})

function pick<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

function kill(name: string): void {
  const { pid } = run.process(name)
  if (pid !== null) process.kill(pid, 'SIGKILL')
}

/** What can be done to the lab; each with how often it is chosen. */
const blows: readonly { readonly name: string; readonly weight: number; readonly strike: () => Promise<unknown> }[] = [
  {
    name: 'kill a worker',
    weight: 4,
    strike: () => run.lab.applyFault({ kind: 'kill-worker', worker: pick(workers) }),
  },
  { name: 'kill a child', weight: 5, strike: () => run.lab.applyFault({ kind: 'kill-child', worker: pick(workers) }) },
  { name: 'kill the web app', weight: 2, strike: async () => kill('web') },
  { name: 'kill the world', weight: 1, strike: async () => kill('world') },
  // Early only: with Redis goes everything that could be counted.
  { name: 'kill Redis', weight: 2, strike: async () => (Date.now() < redisMayDieUntil ? kill('redis') : undefined) },
  { name: 'stop the mail server', weight: 1, strike: () => run.lab.applyFault({ kind: 'stop-mail' }) },
  { name: 'start the mail server', weight: 2, strike: () => run.lab.applyFault({ kind: 'start-mail' }) },
]

async function strikeAtRandom(until: number, struck: string[]): Promise<void> {
  const all = blows.flatMap((blow) => Array.from({ length: blow.weight }, () => blow))
  while (Date.now() < until) {
    const blow = pick(all)
    struck.push(blow.name)
    await blow.strike() // a refusal (nothing there to kill) is an answer like any other
    await delay(200 + random() * 1_200)
  }
}

/** As a learner would who sees that something is off; the next blow may come before it is up again. */
async function bringBackUntil(until: number): Promise<void> {
  while (Date.now() < until) {
    await delay(500)
    await bringBack()
  }
}

async function bringBack(): Promise<void> {
  const isOff = (name: string): boolean => ['dead', 'off'].includes(run.process(name).state)
  const workersBack = workers.filter(isOff).map((name) => run.lab.startWorker(name))
  await Promise.all([...workersBack, ...(isOff('web') ? [run.lab.restartWeb()] : [])])
}

async function buyUntil(until: number): Promise<void> {
  while (Date.now() < until) {
    await run.lab.buy({ count: 3, path: '/buy?seconds=0.2', together: true })
    await delay(300)
  }
}

/** Where each message published since Redis last began is, by the facts alone. */
function account(facts: readonly Fact[]): { published: number; acked: number; unacked: number; waiting: number } {
  const where = new Map<string, 'waiting' | 'unacked' | 'acked'>()
  for (const fact of facts) {
    if (fact.kind === 'problem' && fact.problem.code === 'redis-died') where.clear() // said to be lost, all of them
    if (fact.kind === 'message-published' || fact.kind === 'message-restored') where.set(fact.deliveryTag, 'waiting')
    if (fact.kind === 'message-reserved') where.set(fact.deliveryTag, 'unacked')
    if (fact.kind === 'message-acked') where.set(fact.deliveryTag, 'acked')
  }
  const count = (place: string): number => [...where.values()].filter((one) => one === place).length
  return { published: where.size, acked: count('acked'), unacked: count('unacked'), waiting: count('waiting') }
}

test(
  `${seconds} seconds of kills at random: the lab goes on and every message is accounted for`,
  async () => {
    const twoWorkers = workers.map((name) => ({ name, concurrency: 2, running: true }))
    expect(await run.build(topology({ workers: twoWorkers }))).toMatchObject({ ok: true })
    const before = run.lastSeq
    const facts: Fact[] = []
    run.lab.record.onItem(({ fact }) => facts.push(fact))
    let terminals = ''
    run.lab.onTerminal((_process, text) => (terminals += text))
    const struck: string[] = []
    const until = Date.now() + seconds * 1_000
    redisMayDieUntil = Date.now() + seconds * 300
    await Promise.all([strikeAtRandom(until, struck), bringBackUntil(until), buyUntil(until)])

    await run.lab.applyFault({ kind: 'start-mail' })
    const story = (): string =>
      `seed ${seed}: ${struck.join(', ')}\n${JSON.stringify(account(facts))}\n${JSON.stringify(facts.slice(-15))}`
    await waitFor(
      'Redis and the world to be back',
      () => run.process('redis').state === 'ready' && run.process('world').state === 'ready',
    )
    await bringBack()
    expect(run.lab.view().state, story()).toBe('running')

    // It works: a ticket bought now is confirmed.
    const after = run.lastSeq
    expect(await run.lab.buy({ count: 1, path: '/buy', together: false }), story()).toMatchObject({ ok: true })
    await waitFor('a mail after all that', () => run.facts('ledger-row', after).length > 0, {
      timeoutSeconds: 60,
      describe: story,
    })

    // Once the queue is worked off, Redis' own numbers and the facts agree; until then each is a moment behind the other.
    await waitFor(
      'Redis and the facts to agree on an empty queue',
      () => {
        const last = run.facts('queue-lengths', before).at(-1)
        return last?.queues['celery'] === 0 && last.unacked === account(facts).unacked
      },
      { timeoutSeconds: 60, describe: story },
    )
    // A worker killed between BRPOP and HSET takes one message with it, as with real Celery.
    const { published, acked, unacked, waiting } = account(facts)
    const workerDeaths = facts.filter(
      (fact) => fact.kind === 'process-exited' && fact.role === 'worker' && !fact.expected,
    ).length
    expect(published, story()).toBe(acked + unacked + waiting)
    expect(waiting, story()).toBeLessThanOrEqual(workerDeaths)
    expect(published, story()).toBeGreaterThan(0) // how many depends on how soon the web app is up after each kill

    // Every process that was started and did not end is in the view.
    const alive = new Set<number>()
    for (const { fact } of run.lab.record.itemsAfter(0)) {
      if (fact.kind === 'process-started') alive.add(fact.pid)
      if (fact.kind === 'process-exited') alive.delete(fact.pid)
    }
    const shown = run.lab
      .view()
      .processes.flatMap((one) => [...(one.pid === null ? [] : [one.pid]), ...one.children.map((child) => child.pid)])
    expect([...alive].sort(), story()).toEqual(shown.sort())

    // A process whose parent was killed goes without a traceback about the pipe between them.
    expect(/^.*EPIPE.*$/m.exec(terminals)?.[0] ?? null, story()).toBeNull()
  },
  seconds * 1_000 + 180_000,
)
