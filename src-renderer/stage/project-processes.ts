/** The process table → workers, their children, and what became of the tiles that a vanished process held. */
import type { FactOf, ProcessFact } from '../../src-main/contract/feed.js'
import { departIfOver, replaceTile, tileAtWorker, type StageDraft } from './stage-draft.js'
import type { LostNote, StageChild, StageTile, StageWorker } from './stage-state.js'

/** How many ended children a worker still shows. */
const ENDED_CHILDREN_KEPT = 2

type StageProcessFact = Exclude<ProcessFact, { kind: 'log-line' }>

export function applyProcessFact(draft: StageDraft, fact: StageProcessFact, atMs: number): void {
  switch (fact.kind) {
    case 'process-started':
      return started(draft, fact)
    case 'process-ready':
      return ready(draft, fact)
    case 'process-exited':
      return exited(draft, fact, atMs)
    case 'slot':
      return slotChanged(draft, fact, atMs)
    case 'memory': {
      const { rssBytes } = fact
      const worker = draft.workers.get(fact.process)
      if (worker?.pid === fact.pid) draft.workers.set(worker.name, { ...worker, rssBytes })
      else changeChild(draft, workerOfPid(draft, fact.pid), fact.pid, { rssBytes })
    }
  }
}

function started(draft: StageDraft, fact: FactOf<'process-started'>): void {
  if (fact.role === 'web') draft.web = { pid: fact.pid, ready: false }
  if (fact.role === 'worker') {
    const fresh = {
      name: fact.process,
      pid: fact.pid,
      state: 'starting',
      ended: null,
      heartbeatAtMs: null,
      rssBytes: null,
      queues: [],
      children: [],
    } as const
    draft.workers.set(fact.process, fresh)
  }
  if (fact.role === 'pool-process') {
    const idle = { ready: false, taskId: null, busySinceMs: null, rssBytes: null, ended: null }
    const child = { pid: fact.pid, label: fact.label ?? '', ...idle }
    changeWorker(draft, fact.worker, (worker) => ({
      ...worker,
      children: [...worker.children.filter((other) => other.pid !== fact.pid), child],
    }))
  }
}

function ready(draft: StageDraft, fact: FactOf<'process-ready'>): void {
  if (fact.role === 'web') draft.web = { pid: fact.pid, ready: true }
  if (fact.role === 'redis') draft.brokerIsBack = true
  if (fact.role === 'worker') changeWorker(draft, fact.process, (worker) => ({ ...worker, state: 'ready' }))
  if (fact.role === 'pool-process') changeChild(draft, workerOfPid(draft, fact.pid), fact.pid, { ready: true })
}

function exited(draft: StageDraft, fact: FactOf<'process-exited'>, atMs: number): void {
  if (fact.role === 'web' && draft.web?.pid === fact.pid) draft.web = null
  const lost = { pid: fact.pid, signal: fact.signal, atMs }
  if (fact.role === 'pool-process') {
    const worker = fact.worker ?? workerOfPid(draft, fact.pid)
    if (worker === undefined) return
    childEnded(draft, worker, fact, atMs)
    for (const tile of [...draft.tiles.values()])
      if (heldByChild(tile, fact.pid)) loseTile(draft, tile, { ...lost, worker })
  }
  if (fact.role === 'worker' && draft.workers.get(fact.process)?.pid === fact.pid) {
    const { signal, code, expected } = fact
    changeWorker(draft, fact.process, (worker) => ({
      ...worker,
      state: 'ended',
      ended: { signal, code, atMs, expected },
      children: worker.children.map((child) =>
        child.ended === null ? { ...child, ended: { signal, code, atMs } } : child,
      ),
    }))
    for (const tile of [...draft.tiles.values()]) {
      if (tile.worker?.worker === fact.process || takenBy(tile, fact.process))
        loseTile(draft, tile, { ...lost, worker: fact.process })
    }
  }
}

const heldByChild = (tile: StageTile, pid: number): boolean =>
  (tile.worker?.at === 'slot' || tile.worker?.at === 'left') && tile.worker.pid === pid

const takenBy = (tile: StageTile, worker: string): boolean => tile.broker.at === 'unacked' && tile.broker.by === worker

/** Acked and gone with its holder: nobody can hand it out again. Still unacked: the broker keeps it for a restore. */
function loseTile(draft: StageDraft, tile: StageTile, note: LostNote): void {
  if (tile.outcome !== null) return departIfOver(draft, replaceTile(draft, tile, { worker: null }))
  if (tile.broker.at === 'gone') {
    replaceTile(draft, tile, { worker: null, lost: note })
  } else if (tile.broker.at === 'unacked') {
    const workerDied = note.pid === draft.workers.get(note.worker)?.pid
    replaceTile(draft, tile, { worker: null, broker: { ...tile.broker, orphaned: workerDied } })
  }
}

function childEnded(draft: StageDraft, worker: string, fact: FactOf<'process-exited'>, atMs: number): void {
  const ended = { signal: fact.signal, code: fact.code, atMs }
  changeWorker(draft, worker, (known) => {
    if (fact.expected) return { ...known, children: known.children.filter((child) => child.pid !== fact.pid) }
    const children = known.children.map((child) => (child.pid === fact.pid ? { ...child, ended } : child))
    const old = children.filter((child) => child.ended !== null).slice(0, -ENDED_CHILDREN_KEPT)
    return { ...known, children: children.filter((child) => !old.includes(child)) }
  })
}

function slotChanged(draft: StageDraft, fact: FactOf<'slot'>, atMs: number): void {
  const before = childOf(draft, fact.worker, fact.pid)
  changeChild(draft, fact.worker, fact.pid, { taskId: fact.taskId, busySinceMs: fact.taskId === null ? null : atMs })
  if (fact.taskId !== null) {
    const tile = tileAtWorker(draft, fact.taskId, fact.worker)
    if (tile !== null)
      replaceTile(draft, tile, {
        worker: { at: 'slot', worker: fact.worker, pid: fact.pid, sinceMs: atMs },
        lost: null,
      })
    return
  }
  const left = [...draft.tiles.values()].find(
    (tile) =>
      tile.worker?.at === 'slot' && tile.worker.pid === fact.pid && tile.taskId === (before?.taskId ?? tile.taskId),
  )
  if (left === undefined) return
  const place = { at: 'left', worker: fact.worker, pid: fact.pid, sinceMs: atMs } as const
  departIfOver(draft, replaceTile(draft, left, { worker: place }))
}

function childOf(draft: StageDraft, worker: string, pid: number): StageChild | undefined {
  return draft.workers.get(worker)?.children.find((child) => child.pid === pid)
}

function workerOfPid(draft: StageDraft, pid: number): string | undefined {
  for (const worker of draft.workers.values())
    if (worker.children.some((child) => child.pid === pid)) return worker.name
  return undefined
}

function changeWorker(draft: StageDraft, name: string | undefined, change: (worker: StageWorker) => StageWorker): void {
  const worker = name === undefined ? undefined : draft.workers.get(name)
  if (worker !== undefined) draft.workers.set(worker.name, change(worker))
}

function changeChild(draft: StageDraft, worker: string | undefined, pid: number, change: Partial<StageChild>): void {
  changeWorker(draft, worker, (known) => ({
    ...known,
    children: known.children.map((child) => (child.pid === pid ? { ...child, ...change } : child)),
  }))
}
