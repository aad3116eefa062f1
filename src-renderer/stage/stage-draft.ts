/**
 * A stage state opened for one batch: its containers are copied once, so that a batch of a thousand facts costs one copy.
 * Tiles, workers and results themselves are never changed in place, only replaced.
 */
import type { StageBeat, StageLane, StageState, StageTile, StageWorker } from './stage-state.js'

/** How many ended tiles stay selectable, and how many results and requests are drawn from. */
const DEPARTED_KEPT = 200
export const RESULTS_KEPT = 50
export const REQUESTS_KEPT = 60

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface StageDraft extends Mutable<Omit<StageState, 'tiles' | 'lanes' | 'workers' | 'beats' | 'ledger'>> {
  readonly tiles: Map<string, StageTile>
  readonly lanes: Map<string, StageLane>
  readonly workers: Map<string, StageWorker>
  readonly beats: Map<string, StageBeat>
  ledger: Mutable<Omit<StageState['ledger'], 'keys'>> & { keys: Map<string, number> }
}

export function openDraft(state: StageState): StageDraft {
  return {
    ...state,
    tiles: new Map(state.tiles),
    lanes: new Map(state.lanes),
    workers: new Map(state.workers),
    beats: new Map(state.beats),
    ledger: { ...state.ledger, keys: new Map(state.ledger.keys) },
  }
}

export function sealDraft(draft: StageDraft): StageState {
  return draft
}

export function replaceTile(draft: StageDraft, tile: StageTile, change: Partial<StageTile>): StageTile {
  const next = { ...tile, ...change }
  draft.tiles.set(tile.tag, next)
  return next
}

/** The broker has forgotten it and its outcome is known, so nothing of it is anywhere any more. */
export function departIfOver(draft: StageDraft, tile: StageTile): void {
  if (tile.broker.at === 'gone' && tile.outcome !== null && tile.worker?.at !== 'slot') depart(draft, tile)
}

export function depart(draft: StageDraft, tile: StageTile): void {
  draft.tiles.delete(tile.tag)
  draft.departed = [...draft.departed.slice(1 - DEPARTED_KEPT), tile]
}

/** Deliveries of one task, oldest first: more than one is a duplicate. */
export function tilesOfTask(draft: StageDraft, taskId: string): StageTile[] {
  const found: StageTile[] = []
  for (const tile of draft.tiles.values()) if (tile.taskId === taskId) found.push(tile)
  return found
}

/**
 * Events and slots name a task, not a delivery. The delivery meant is the oldest one that this worker took and is not done with;
 * if the broker's command has not been seen yet (sources arrive in any order), any unfinished delivery of that task.
 */
export function tileAtWorker(draft: StageDraft, taskId: string, worker: string): StageTile | null {
  const tiles = tilesOfTask(draft, taskId).filter((tile) => tile.outcome === null)
  const here = tiles.filter((tile) => tile.worker?.worker === worker)
  const taken = tiles.filter((tile) => tile.broker.at === 'unacked' && tile.broker.by === worker)
  const gone = tiles.filter((tile) => tile.worker === null && tile.broker.at === 'gone')
  return here[0] ?? taken[0] ?? gone[0] ?? tiles[0] ?? null
}
