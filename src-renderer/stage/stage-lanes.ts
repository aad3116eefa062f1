/** Stage state → what each station draws: which tiles a lane shows, what it counts instead, and one sentence for the live list. */
import type { StageChild, StageState, StageTile, StageWorker } from './stage-state.js'

/** Above this many tiles on the whole stage, lanes show counted bundles instead of single tiles. */
const BUNDLE_ABOVE = 30
/** A lane below that shows its first few, then "+n". */
const SHOWN_IN_LANE = 6

export interface LaneDrawing {
  readonly count: number
  readonly tiles: readonly StageTile[]
  /** Tiles in the lane that are not among `tiles`. */
  readonly more: number
  readonly bundles: readonly { readonly taskName: string; readonly count: number }[]
}

export interface QueueDrawing extends LaneDrawing {
  readonly queue: string
  /** What Redis says, while it is another number than the tiles'; null when the sources agree. */
  readonly redisSays: number | null
  /** Messages wait in it, and no worker that runs listens to it. */
  readonly unheard: boolean
}

export interface WorkerDrawing {
  readonly worker: StageWorker
  readonly slots: readonly { readonly child: StageChild; readonly tile: StageTile | null }[]
  readonly held: LaneDrawing
  /** Lost when this worker, or one of its children, vanished. */
  readonly lost: LaneDrawing
}

export interface StageDrawing {
  readonly queues: readonly QueueDrawing[]
  readonly unacked: LaneDrawing & { readonly orphaned: number }
  readonly workers: readonly WorkerDrawing[]
  /** Lost tiles whose worker is not on the stage any more. */
  readonly lost: LaneDrawing
  readonly bundled: boolean
  /** Task ids with more than one delivery on the stage. */
  readonly doubles: ReadonlySet<string>
}

export function drawStage(state: StageState): StageDrawing {
  const tiles = [...state.tiles.values()]
  const bundled = tiles.length > BUNDLE_ABOVE
  const lane = (members: readonly StageTile[], unseen = 0): LaneDrawing => drawLane(members, unseen, bundled)
  const heard = new Set(listened(state))
  // A worker that is ready and has not been seen to listen anywhere may listen here: its BRPOP was before the feed began.
  const sure = [...state.workers.values()].every((worker) => worker.state !== 'ready' || worker.queues.length > 0)
  const unacked = tiles.filter((tile) => tile.broker.at === 'unacked')
  return {
    queues: queueNames(state, tiles).map((queue) => {
      const known = state.lanes.get(queue)
      const members = tiles.filter((tile) => tile.queue === queue && tile.broker.at === 'queue')
      const drawn = lane(members, known?.unseen ?? 0)
      return {
        queue,
        ...drawn,
        unheard: sure && drawn.count > 0 && !heard.has(queue),
        redisSays: known !== undefined && known.strikes > 0 ? known.length : null,
      }
    }),
    unacked: {
      ...lane(unacked),
      orphaned: unacked.filter((tile) => tile.broker.at === 'unacked' && tile.broker.orphaned).length,
    },
    workers: [...state.workers.values()].map((worker) => drawWorker(worker, tiles, lane)),
    lost: lane(tiles.filter((tile) => tile.lost !== null && !state.workers.has(tile.lost.worker))),
    bundled,
    doubles: doublesOf(tiles),
  }
}

function listened(state: StageState): readonly string[] {
  return [...state.workers.values()].flatMap((worker) => (worker.state === 'ended' ? [] : worker.queues))
}

/** The default queue is always drawn, so that an empty broker has a place where messages will appear. */
function queueNames(state: StageState, tiles: readonly StageTile[]): readonly string[] {
  const names = new Set(['celery', ...state.lanes.keys(), ...listened(state)])
  for (const tile of tiles) names.add(tile.queue)
  return [...names].filter((name) => name !== '')
}

function drawWorker(
  worker: StageWorker,
  tiles: readonly StageTile[],
  lane: (members: readonly StageTile[]) => LaneDrawing,
): WorkerDrawing {
  const here = tiles.filter((tile) => tile.worker?.worker === worker.name)
  return {
    worker,
    slots: worker.children.map((child) => ({
      child,
      tile: here.find((tile) => tile.worker?.at === 'slot' && tile.worker.pid === child.pid) ?? null,
    })),
    held: lane(here.filter((tile) => tile.worker?.at === 'held')),
    lost: lane(tiles.filter((tile) => tile.lost?.worker === worker.name)),
  }
}

function drawLane(members: readonly StageTile[], unseen: number, bundled: boolean): LaneDrawing {
  const count = members.length + unseen
  if (bundled && members.length > SHOWN_IN_LANE) return { count, tiles: [], more: unseen, bundles: bundle(members) }
  const tiles = members.slice(0, SHOWN_IN_LANE)
  return { count, tiles, more: count - tiles.length, bundles: [] }
}

function bundle(members: readonly StageTile[]): LaneDrawing['bundles'] {
  const counts = new Map<string, number>()
  for (const tile of members) counts.set(tile.taskName, (counts.get(tile.taskName) ?? 0) + 1)
  return [...counts].map(([taskName, count]) => ({ taskName, count }))
}

function doublesOf(tiles: readonly StageTile[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const doubles = new Set<string>()
  for (const tile of tiles) {
    if (seen.has(tile.taskId)) doubles.add(tile.taskId)
    seen.add(tile.taskId)
  }
  return doubles
}
