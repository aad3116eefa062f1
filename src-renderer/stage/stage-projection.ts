/**
 * Feed → stage: a pure fold. `projectStage(state, items)` gives the same answer for a batch as for its items one by one.
 * Nothing moves without a fact; what a vanished process held is said to be lost "as far as anyone knows", never guessed at.
 */
import type { Fact, FeedItem } from '../../src-main/contract/feed.js'
import { applyBeatFact, clearBeats } from './project-beats.js'
import { applyProcessFact } from './project-processes.js'
import { openDraft, sealDraft, type StageDraft } from './stage-draft.js'
import { applyEventFact, applyWireFact } from './project-messages.js'
import { applyWebFact, applyWorldFact } from './project-effects.js'
import { applyTypedFact } from './project-typed.js'
import { EMPTY_STAGE, type StageState } from './stage-state.js'

export function projectStage(state: StageState, items: readonly FeedItem[]): StageState {
  if (items.length === 0) return state
  const draft = openDraft(state)
  for (const item of items) {
    if (item.seq <= draft.lastSeq) continue // seen before: a snapshot and a push may overlap
    draft.lastSeq = item.seq
    draft.atMs = item.atMs
    applyFact(draft, item.fact, item.atMs)
  }
  return sealDraft(draft)
}

function applyFact(draft: StageDraft, fact: Fact, atMs: number): void {
  switch (fact.kind) {
    case 'message-published':
    case 'message-reserved':
    case 'message-acked':
    case 'message-restored':
    case 'result-stored':
    case 'result-asked':
    case 'result-removed':
    case 'result-count':
    case 'queues-consumed':
    case 'queue-lengths':
      return applyWireFact(draft, fact, atMs)
    case 'task-event':
    case 'worker-event':
      return applyEventFact(draft, fact, atMs)
    case 'process-started':
    case 'process-ready':
    case 'process-exited':
      if (fact.role === 'beat') return applyBeatFact(draft, fact, atMs)
      return applyProcessFact(draft, fact, atMs)
    case 'slot':
    case 'memory':
      return applyProcessFact(draft, fact, atMs)
    case 'beat-planned':
    case 'beat-due':
    case 'beat-sent':
    case 'beat-not-sent':
      return applyBeatFact(draft, fact, atMs)
    case 'http-request':
    case 'http-response':
      return applyWebFact(draft, fact, atMs)
    case 'ledger-row':
    case 'world-changed':
      return applyWorldFact(draft, fact)
    case 'typed':
      return applyTypedFact(draft, fact)
    case 'stage-reset':
      return clearForNewStep(draft)
    default:
      return // log lines, code, faults and answers move nothing on the stage
  }
}

/** A step's start state was built: broker, results and ledger are empty, and only what lives now stays. */
function clearForNewStep(draft: StageDraft): void {
  draft.tiles.clear()
  draft.departed = []
  draft.lanes.clear()
  draft.unacked = EMPTY_STAGE.unacked
  draft.acks = EMPTY_STAGE.acks
  draft.results = []
  draft.resultCount = EMPTY_STAGE.resultCount
  draft.requests = []
  draft.ledger = { ...EMPTY_STAGE.ledger, keys: new Map() }
  draft.totals = EMPTY_STAGE.totals
  draft.typed = EMPTY_STAGE.typed
  clearBeats(draft)
  for (const [name, worker] of draft.workers) {
    if (worker.state === 'ended') draft.workers.delete(name)
    else draft.workers.set(name, { ...worker, children: worker.children.filter((child) => child.ended === null) })
  }
}
