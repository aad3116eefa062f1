/** How one comes from what stands to a step's start state: kept, changed a little, or built anew. */
import { describe, expect, it } from 'vitest'
import type { Topology, WorkerTopology } from '../../../src-main/contract/topology.js'
import type { LabView, ProcessView } from '../../../src-main/contract/views.js'
import { planStart, type StartPlan } from '../../../src-main/lesson-runner/session/start-state.js'

const world = {
  web: { running: true },
  mail: { running: true, delayMs: 100 },
  api: { running: true, latencyMs: 50, failureRate: 0, limitPerSecond: 0 },
}
const workerOf = (name: string, more: Partial<WorkerTopology> = {}): WorkerTopology => ({
  name,
  concurrency: 1,
  running: true,
  ...more,
})
const two = (second: Partial<WorkerTopology> = {}): Topology => ({
  ...world,
  workers: [workerOf('worker@1'), workerOf('worker@2', second)],
})

const base = { fingerprint: null, stale: false, children: [], state: 'ready' as const }
const viewOf = (topology: Topology): LabView => ({
  state: 'running',
  problem: null,
  redisAddress: null,
  redisVersion: null,
  redis: { appendOnly: false },
  webUrl: null,
  processes: [
    { ...base, name: 'web', role: 'web', pid: 1, concurrency: null },
    ...topology.workers.map(({ name, concurrency }, at): ProcessView => ({
      ...base,
      name,
      role: 'worker',
      pid: at + 2,
      concurrency,
    })),
  ],
  mail: topology.mail,
  api: topology.api,
  db: { commitDelayMs: 0 },
  fingerprint: '',
})

const from = (built: Topology, wanted: Topology, waiting = 0): StartPlan =>
  planStart({ stands: true, built, view: viewOf(built), sameFiles: true, waiting }, { topology: wanted, waiting: 0 })

describe('the plan for a start state', () => {
  it('keeps what is as it should be, and changes the outside world without tearing anything down', () => {
    expect(from(two(), two())).toEqual({ how: 'adjust', changes: [] })
    const slower = { ...two(), mail: { running: true, delayMs: 4_000 } }
    expect(from(two(), slower)).toMatchObject({ how: 'adjust', changes: [{ do: 'fault' }] })
  })
  it('builds anew when a worker is to listen to other queues', () => {
    expect(from(two(), two({ queues: ['reports'] }))).toEqual({ how: 'build' })
    expect(from(two({ queues: ['reports'] }), two())).toEqual({ how: 'build' })
    expect(from(two({ queues: ['celery'] }), two())).toMatchObject({ how: 'adjust' })
  })
  it('builds anew when messages of the step before still wait', () => {
    expect(from(two(), two(), 3)).toEqual({ how: 'build' })
  })
})
