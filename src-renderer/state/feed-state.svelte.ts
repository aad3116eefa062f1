/**
 * The facts the window has, in order, and everything folded from them: stage, tasks, waterfall, outbox, database.
 * Main sends a snapshot, then batches; a gap in the numbers is reported to the caller, who asks for a new snapshot.
 */
import type { FeedItem } from '../../src-main/contract/feed.js'
import { EMPTY_DATABASE, projectDatabase } from '../controls/database-rows.js'
import { EMPTY_OUTBOX, projectOutbox } from '../controls/outbox.js'
import { EMPTY_WATERFALL, projectWaterfall } from '../controls/waterfall.js'
import { EMPTY_TASKS, projectTasks } from '../monitor/task-table.js'
import { projectStage } from '../stage/stage-projection.js'
import { EMPTY_STAGE } from '../stage/stage-state.js'

/** The window's own memory of the log; main keeps more. */
const ITEMS_KEPT = 20_000

export class FeedState {
  items = $state.raw<readonly FeedItem[]>([])
  stage = $state.raw(EMPTY_STAGE)
  tasks = $state.raw(EMPTY_TASKS)
  waterfall = $state.raw(EMPTY_WATERFALL)
  outbox = $state.raw(EMPTY_OUTBOX)
  database = $state.raw(EMPTY_DATABASE)
  /** False while a snapshot is taken in: what stands where it stands has not just moved. */
  live = $state(false)

  replace(items: readonly FeedItem[]): void {
    this.live = false
    this.items = []
    this.stage = EMPTY_STAGE
    this.tasks = EMPTY_TASKS
    this.waterfall = EMPTY_WATERFALL
    this.outbox = EMPTY_OUTBOX
    this.database = EMPTY_DATABASE
    this.#take(items)
  }

  /** Answers false, and takes nothing, when items are missing between the last one and these. */
  append(items: readonly FeedItem[]): boolean {
    const fresh = items.filter((item) => item.seq > this.stage.lastSeq)
    const first = fresh[0]
    if (first === undefined) return true
    const expected = this.stage.lastSeq + 1
    if (this.stage.lastSeq > 0 && first.seq !== expected) return false
    this.live = true
    this.#take(fresh)
    return true
  }

  #take(items: readonly FeedItem[]): void {
    this.items = [...this.items, ...items].slice(-ITEMS_KEPT)
    this.stage = projectStage(this.stage, items)
    this.tasks = projectTasks(this.tasks, items)
    this.waterfall = projectWaterfall(this.waterfall, items)
    this.outbox = projectOutbox(this.outbox, items)
    this.database = projectDatabase(this.database, items)
  }
}
