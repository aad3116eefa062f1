/** Redis' commands and Celery's events → where each delivery is. Where the two disagree, the wire wins. */
import type { EventFact, FactOf, WireFact } from '../../src-main/contract/feed.js'
import { nodenameOf } from '../../src-main/contract/topology.js'
import {
  departIfOver,
  depart,
  replaceTile,
  RESULTS_KEPT,
  tileAtWorker,
  tilesOfTask,
  type StageDraft,
} from './stage-draft.js'
import type { AckMoment, StageLane, StageResult, StageTile } from './stage-state.js'
import { countSent } from './project-typed.js'

/** States after which Celery runs nothing more for this delivery. */
const TERMINAL = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED', 'RETRY', 'IGNORED'])
/** Redis must say twice in a row that a message is not there before its tile is taken away: lengths are polled, commands stream. */
const STRIKES_NEEDED = 2

export function applyWireFact(draft: StageDraft, fact: WireFact, atMs: number): void {
  switch (fact.kind) {
    case 'message-published':
      return published(draft, fact, atMs)
    case 'message-reserved':
      return reserved(draft, fact, atMs)
    case 'message-acked':
      return acked(draft, fact, atMs)
    case 'message-restored':
      return restored(draft, fact, atMs)
    case 'result-stored':
      return stored(draft, fact, atMs)
    case 'result-removed':
      return removed(draft, fact, atMs)
    case 'result-count':
      draft.resultCount = { records: fact.records, bytes: fact.bytes }
      return
    case 'result-asked':
      return // who asks changes nothing
    case 'queues-consumed': {
      const worker = draft.workers.get(fact.by)
      if (worker !== undefined) draft.workers.set(worker.name, { ...worker, queues: fact.queues })
      return
    }
    case 'queue-lengths':
      return reconcile(draft, fact, atMs)
  }
}

function published(draft: StageDraft, fact: FactOf<'message-published'>, atMs: number): void {
  countSent(draft, fact)
  draft.tiles.set(fact.deliveryTag, {
    tag: fact.deliveryTag,
    taskId: fact.taskId,
    taskName: fact.taskName,
    argsrepr: fact.argsrepr,
    kwargsrepr: fact.kwargsrepr,
    queue: fact.queue,
    priority: fact.priority,
    eta: fact.eta,
    bytes: fact.bytes,
    attempt: fact.retries + 1,
    redelivered: fact.redelivered,
    publishedBy: fact.by,
    publishedAtMs: atMs,
    broker: { at: 'queue', sinceMs: atMs },
    worker: null,
    ack: null,
    lost: null,
    outcome: null,
  })
}

function reserved(draft: StageDraft, fact: FactOf<'message-reserved'>, atMs: number): void {
  const tile = draft.tiles.get(fact.deliveryTag) ?? unseenTile(fact, atMs)
  if (!draft.tiles.has(fact.deliveryTag)) forgetOneUnseen(draft, fact.queue)
  const place = { at: 'unacked', by: fact.by, sinceMs: atMs, orphaned: false } as const
  replaceTile(draft, tile, { broker: place, lost: null })
}

/** A message that was in the queue before the feed began: its body was never seen. */
function unseenTile(fact: FactOf<'message-reserved'>, atMs: number): StageTile {
  return {
    tag: fact.deliveryTag,
    taskId: fact.taskId,
    taskName: fact.taskName,
    argsrepr: '',
    kwargsrepr: '',
    queue: fact.queue,
    priority: 0,
    eta: null,
    bytes: 0,
    attempt: 1,
    redelivered: false,
    publishedBy: '',
    publishedAtMs: atMs,
    broker: { at: 'queue', sinceMs: atMs },
    worker: null,
    ack: null,
    lost: null,
    outcome: null,
  }
}

function acked(draft: StageDraft, fact: FactOf<'message-acked'>, atMs: number): void {
  const tile = draft.tiles.get(fact.deliveryTag)
  if (tile === undefined) return
  const reservedAtMs = tile.broker.at === 'unacked' ? tile.broker.sinceMs : atMs
  const ack: AckMoment = { atMs, afterReserveMs: atMs - reservedAtMs, when: whenAcked(tile) }
  draft.acks = { count: draft.acks.count + 1, last: { taskId: tile.taskId, ack } }
  departIfOver(draft, replaceTile(draft, tile, { broker: { at: 'gone', sinceMs: atMs }, ack }))
}

function whenAcked(tile: StageTile): AckMoment['when'] {
  if (tile.outcome !== null || tile.worker?.at === 'left') return 'after-run'
  return tile.worker?.at === 'slot' ? 'during-run' : 'before-run'
}

function restored(draft: StageDraft, fact: FactOf<'message-restored'>, atMs: number): void {
  const tile = draft.tiles.get(fact.deliveryTag)
  if (tile === undefined) return
  const change = {
    queue: fact.queue,
    broker: { at: 'queue', sinceMs: atMs },
    worker: null,
    lost: null,
    outcome: null,
    redelivered: true,
  } as const
  draft.tiles.delete(tile.tag) // set again below, so that it stands at the end of the lane as in Redis
  replaceTile(draft, tile, change)
}

function stored(draft: StageDraft, fact: FactOf<'result-stored'>, atMs: number): void {
  const tiles = tilesOfTask(draft, fact.taskId)
  const known = tiles[0] ?? draft.departed.findLast((tile) => tile.taskId === fact.taskId)
  const before = draft.results.find((result) => result.taskId === fact.taskId)
  const result: StageResult = {
    taskId: fact.taskId,
    taskName: known?.taskName ?? before?.taskName ?? '',
    state: fact.state,
    resultText: fact.resultText,
    ttlSeconds: fact.ttlSeconds,
    by: fact.by,
    atMs,
    removed: null,
  }
  draft.results = [result, ...draft.results.filter((other) => other.taskId !== fact.taskId)].slice(0, RESULTS_KEPT)
  if (TERMINAL.has(fact.state)) settle(draft, tileThatRan(tiles), fact.state)
}

/** What is gone stays drawn as gone: that it was there is what the learner has to remember. */
function removed(draft: StageDraft, fact: FactOf<'result-removed'>, atMs: number): void {
  const gone = new Set(fact.taskIds)
  draft.results = draft.results.map((result) =>
    gone.has(result.taskId) ? { ...result, removed: { why: fact.why, atMs } } : result,
  )
}

/** Of several deliveries of a task, the one a worker is busy with is the one whose outcome this is. */
function tileThatRan(tiles: readonly StageTile[]): StageTile | undefined {
  const open = tiles.filter((tile) => tile.outcome === null)
  return (
    open.find((tile) => tile.worker !== null || tile.lost !== null) ?? open.find((tile) => tile.broker.at !== 'queue')
  )
}

function settle(draft: StageDraft, tile: StageTile | undefined, outcome: string): void {
  if (tile === undefined) return
  departIfOver(draft, replaceTile(draft, tile, { outcome, lost: null }))
}

function reconcile(draft: StageDraft, fact: FactOf<'queue-lengths'>, atMs: number): void {
  if (draft.brokerIsBack) loseWhatRedisLost(draft, fact, atMs)
  draft.brokerIsBack = false
  const queues = new Set([...Object.keys(fact.queues), ...draft.lanes.keys()])
  for (const queue of queues) draft.lanes.set(queue, reconcileLane(draft, queue, fact.queues[queue] ?? 0))

  const waiting = [...draft.tiles.values()].filter((tile) => tile.broker.at === 'unacked')
  const strikes = fact.unacked < waiting.length ? draft.unacked.strikes + 1 : 0
  draft.unacked = { length: fact.unacked, strikes: strikes >= STRIKES_NEEDED ? 0 : strikes }
  if (strikes < STRIKES_NEEDED) return
  for (const tile of waiting.slice(0, waiting.length - fact.unacked)) {
    departIfOver(draft, replaceTile(draft, tile, { broker: { at: 'gone', sinceMs: atMs } }))
  }
}

/** The first word of a Redis that was started again: what it does not hold then, nobody will hand out any more. */
function loseWhatRedisLost(draft: StageDraft, fact: FactOf<'queue-lengths'>, atMs: number): void {
  const note = { worker: 'redis', pid: 0, signal: null, atMs } as const
  const tiles = [...draft.tiles.values()]
  const missing = (members: readonly StageTile[], length: number): readonly StageTile[] =>
    members.slice(0, Math.max(0, members.length - length))
  const waiting = tiles.filter((tile) => tile.broker.at === 'queue')
  const queues = new Set(waiting.map((tile) => tile.queue))
  const unacked = missing(
    tiles.filter((tile) => tile.broker.at === 'unacked'),
    fact.unacked,
  )
  const gone = [...queues].flatMap((queue) =>
    missing(
      waiting.filter((tile) => tile.queue === queue),
      fact.queues[queue] ?? 0,
    ),
  )
  for (const tile of [...gone, ...unacked]) {
    const lost = tile.worker === null && tile.outcome === null ? note : null
    departIfOver(draft, replaceTile(draft, tile, { broker: { at: 'gone', sinceMs: atMs }, lost }))
  }
}

function reconcileLane(draft: StageDraft, queue: string, length: number): StageLane {
  const inLane = [...draft.tiles.values()].filter((tile) => tile.queue === queue && tile.broker.at === 'queue')
  if (length >= inLane.length) return { queue, length, unseen: length - inLane.length, strikes: 0 }
  const strikes = (draft.lanes.get(queue)?.strikes ?? 0) + 1
  if (strikes < STRIKES_NEEDED) return { queue, length, unseen: 0, strikes }
  for (const tile of inLane.slice(0, inLane.length - length)) depart(draft, tile)
  return { queue, length, unseen: 0, strikes: 0 }
}

function forgetOneUnseen(draft: StageDraft, queue: string): void {
  const lane = draft.lanes.get(queue)
  if (lane !== undefined && lane.unseen > 0) draft.lanes.set(queue, { ...lane, unseen: lane.unseen - 1 })
}

/** The worker that says so; the node's own name for one that is not of this lab. */
function processOfNode(draft: StageDraft, hostname: string): string {
  for (const name of draft.workers.keys()) if (nodenameOf(name) === hostname) return name
  return hostname
}

/**
 * Acks, records and slots are heard of on different ways, and a late ack falls within milliseconds of the end. How long the task ran
 * tells it from an early one: it is nearer to the end of the run than to its beginning.
 */
function correctAck(draft: StageDraft, fact: FactOf<'task-event'>, atMs: number): void {
  const { last } = draft.acks
  const runtime = fact.fields['runtime']
  if (last?.taskId !== fact.taskId || last.ack.when === 'after-run' || typeof runtime !== 'number') return
  if (atMs - last.ack.atMs < (runtime * 1000) / 2)
    draft.acks = { ...draft.acks, last: { ...last, ack: { ...last.ack, when: 'after-run' } } }
}

const OUTCOME_OF_EVENT: Readonly<Partial<Record<FactOf<'task-event'>['type'], string>>> = {
  'task-succeeded': 'SUCCESS',
  'task-failed': 'FAILURE',
  'task-rejected': 'REJECTED',
  'task-revoked': 'REVOKED',
  'task-retried': 'RETRY',
}

export function applyEventFact(draft: StageDraft, fact: EventFact, atMs: number): void {
  const worker = processOfNode(draft, fact.hostname)
  if (fact.kind === 'worker-event') {
    const known = draft.workers.get(worker)
    if (known !== undefined) draft.workers.set(worker, { ...known, heartbeatAtMs: atMs })
    return
  }
  if (fact.type === 'task-succeeded') draft.totals = { ...draft.totals, succeeded: draft.totals.succeeded + 1 }
  if (fact.type === 'task-failed') draft.totals = { ...draft.totals, failed: draft.totals.failed + 1 }
  if (fact.type === 'task-retried') draft.totals = { ...draft.totals, retried: draft.totals.retried + 1 }

  correctAck(draft, fact, atMs)
  const tile = tileAtWorker(draft, fact.taskId, worker)
  if (tile === null) return
  const outcome = OUTCOME_OF_EVENT[fact.type]
  if (outcome !== undefined) return settle(draft, tile, outcome)
  if (fact.type === 'task-received' && tile.worker === null && tile.lost === null) {
    replaceTile(draft, tile, { worker: { at: 'held', worker, sinceMs: atMs } })
  }
}
