/**
 * How to come from what stands now to a step's start state: keep it, change a little, or build it anew. Decided here as data;
 * the lesson runner carries it out. Going on to the next step should not tear down what is already as it should be.
 */
import type { FaultOrder } from '../../contract/fault-orders.js'
import { QUICK_DATABASE, storesResults, type Topology, type WorkerTopology } from '../../contract/topology.js'
import type { LabView, ProcessView } from '../../contract/views.js'

export interface Present {
  /** A start state was built in this session and has not been given up since. */
  readonly stands: boolean
  /** What was built last: the lab's view does not say which queues a worker listens to. */
  readonly built: Topology | null
  readonly view: LabView
  /** The files that run are those the step begins with. */
  readonly sameFiles: boolean
  readonly waiting: number
}

export interface Wanted {
  readonly topology: Topology
  readonly waiting: number
}

export type Change =
  | { readonly do: 'fault'; readonly fault: FaultOrder }
  | { readonly do: 'start-worker' | 'stop-worker'; readonly worker: string }

export type StartPlan = { readonly how: 'build' } | { readonly how: 'adjust'; readonly changes: readonly Change[] }

const BUILD: StartPlan = { how: 'build' }

export function planStart({ stands, built, view, sameFiles, waiting }: Present, wanted: Wanted): StartPlan {
  if (!stands || built === null || !sameFiles || view.state !== 'running') return BUILD
  if (wanted.waiting === 0 ? waiting > 0 : waiting < wanted.waiting) return BUILD
  const { workers, web, mail, api, beat, db = QUICK_DATABASE } = wanted.topology
  // Beat sends while others settle, and remembers its last runs: a step with a beat begins with a new one.
  if (beat !== undefined || find(view, 'beat') !== undefined) return BUILD
  if (isReady(find(view, 'web')) !== web.running) return BUILD
  if (storesResults(view) !== storesResults(wanted.topology)) return BUILD
  if (view.redis.appendOnly !== (wanted.topology.redis?.appendOnly ?? false)) return BUILD
  const known = view.processes.filter((process) => process.role === 'worker')
  if (known.some((process) => !isOff(process) && !workers.some((worker) => worker.name === process.name))) return BUILD

  if (known.some((process) => process.stale)) return BUILD // it was not restarted after the last save

  const changes: Change[] = []
  for (const worker of workers) {
    const before = built.workers.find(({ name }) => name === worker.name)
    if (before !== undefined && queuesOf(before) !== queuesOf(worker)) return BUILD
    const process = known.find((one) => one.name === worker.name)
    if (
      process === undefined ||
      (!isOff(process) && process.concurrency !== null && process.concurrency !== worker.concurrency)
    )
      return BUILD
    if (worker.running && !isReady(process)) {
      if (!isOff(process)) return BUILD // half way up or down
      changes.push({ do: 'start-worker', worker: worker.name })
    }
    if (!worker.running && !isOff(process)) changes.push({ do: 'stop-worker', worker: worker.name })
  }
  return {
    how: 'adjust',
    changes: [
      ...mailChanges(view.mail, mail),
      ...apiChanges(view.api, api),
      ...databaseChanges(view.db, db),
      ...changes,
    ],
  }
}

/** Comparable; without any of its own a worker listens to `celery`. */
function queuesOf({ queues = ['celery'] }: WorkerTopology): string {
  return queues.join()
}

function mailChanges(now: LabView['mail'], wanted: Topology['mail']): readonly Change[] {
  const changes: Change[] = []
  if (now.running !== wanted.running)
    changes.push({ do: 'fault', fault: { kind: wanted.running ? 'start-mail' : 'stop-mail' } })
  if (now.delayMs !== wanted.delayMs)
    changes.push({ do: 'fault', fault: { kind: 'slow-mail', delayMs: wanted.delayMs } })
  return changes
}

function apiChanges(now: LabView['api'], wanted: Topology['api']): readonly Change[] {
  const faults: FaultOrder[] = []
  if (now.running !== wanted.running) faults.push({ kind: wanted.running ? 'start-api' : 'stop-api' })
  if (now.latencyMs !== wanted.latencyMs) faults.push({ kind: 'slow-api', latencyMs: wanted.latencyMs })
  if (now.failureRate !== wanted.failureRate) faults.push({ kind: 'flaky-api', failureRate: wanted.failureRate })
  if (now.limitPerSecond !== wanted.limitPerSecond) faults.push({ kind: 'limit-api', perSecond: wanted.limitPerSecond })
  return faults.map((fault) => ({ do: 'fault', fault }))
}

function databaseChanges(now: LabView['db'], { commitDelayMs }: LabView['db']): readonly Change[] {
  if (now.commitDelayMs === commitDelayMs) return []
  return [{ do: 'fault', fault: { kind: 'slow-commit', delayMs: commitDelayMs } }]
}

function find(view: LabView, role: ProcessView['role']): ProcessView | undefined {
  return view.processes.find((process) => process.role === role)
}

function isReady(process: ProcessView | undefined): boolean {
  return process?.state === 'ready'
}

function isOff(process: ProcessView): boolean {
  return process.state === 'off' || process.state === 'dead'
}
