/**
 * Which entry is due now, and how long until the next one is. An entry is taken first (its last run is now), then the broker
 * is connected, then it is sent: one that cannot be sent is said and not repeated. Celery: celery/beat.py (Scheduler)
 */
import type { Clock } from '../ports/clock.js'
import { withTraceback, type Log } from '../ports/log.js'
import type { ScheduledCall } from './beat-schedule.js'
import { nextRuns } from './next-runs.js'
import { entryDueState, entryRepr, nextEntry, type ScheduleEntry } from './schedule-entry.js'
import type { ScheduleFile } from './schedule-file.js'
import { scheduleRepr, type AppTime } from './schedule.js'

/** What happened, for whoever listens. */
export type BeatFact =
  /** At the start: what there is to do, and when first. `schedule`: as beat's log shows it, `freq: 5.00 seconds`. */
  | {
      readonly kind: 'planned'
      readonly entry: string
      readonly task: string
      readonly schedule: string
      readonly nextRunsMs: readonly number[]
    }
  | { readonly kind: 'due'; readonly entry: string; readonly task: string; readonly nextRunsMs: readonly number[] }
  | { readonly kind: 'sent'; readonly entry: string; readonly task: string; readonly taskId: string }
  | { readonly kind: 'not-sent'; readonly entry: string; readonly task: string; readonly error: string }
  | { readonly kind: 'sleeping'; readonly seconds: number }

export interface SchedulerParts {
  readonly calls: readonly ScheduledCall[]
  /** null: forgets everything at its end. Celery: celery.beat:Scheduler */
  readonly file: ScheduleFile | null
  readonly time: AppTime
  /** beat_max_loop_interval */
  readonly maxIntervalSeconds: number
  /** beat_sync_every: so many messages force a sync; 0: time alone does. */
  readonly syncEveryTasks: number
  /** Settles when the broker can be reached; called before the first message. */
  readonly connect: () => Promise<void>
  /** Answers the id of the task. */
  readonly send: (call: ScheduledCall) => Promise<string>
  readonly clock: Clock
  readonly log: Log
  readonly tell: (fact: BeatFact) => void
}

export type Tick = { readonly kind: 'sent' } | { readonly kind: 'wait'; readonly seconds: number }

interface Event {
  readonly atMs: number
  readonly entry: ScheduleEntry
}

const syncEverySeconds = 180
/** How far ahead beat tells its plans. */
const runsTold = 5
/** As Celery: it wakes up this much earlier than an entry is due. */
const driftSeconds = 0.01

export class Scheduler {
  private readonly parts: SchedulerParts
  private readonly entries = new Map<string, ScheduleEntry>()
  private events: Event[] | null = null
  private connected = false
  private lastSyncMs: number | null = null
  private tasksSinceSync = 0

  constructor(parts: SchedulerParts) {
    this.parts = parts
  }

  get maxIntervalSeconds(): number {
    return this.parts.maxIntervalSeconds
  }

  /** The code says what there is to do; the file says only when it was done last. */
  setUp(): void {
    const { calls, file, clock, log } = this.parts
    const remembered = file?.read() ?? new Map<string, never>()
    for (const call of calls) {
      const last = remembered.get(call.name) ?? { lastRunAtMs: clock.nowMs(), totalRunCount: 0 }
      this.entries.set(call.name, { ...call, ...last })
    }
    if (file !== null) {
      file.write([...this.entries.values()])
      log.debug(['Current schedule:', ...[...this.entries.values()].map(entryRepr)].join('\n'))
    }
    this.tellPlan()
  }

  /** One due entry at most. */
  async tick(): Promise<Tick> {
    const { clock, time, maxIntervalSeconds } = this.parts
    this.events ??= this.allEvents()
    const first = earliest(this.events)
    if (first === null) return { kind: 'wait', seconds: maxIntervalSeconds }
    const { isDue, nextSeconds } = entryDueState(first.entry, clock.nowMs(), time)
    if (!isDue) return { kind: 'wait', seconds: Math.min(earlier(nextSeconds), maxIntervalSeconds) }
    const taken = nextEntry(first.entry, clock.nowMs())
    this.entries.set(taken.name, taken)
    this.events = this.events.filter((event) => event !== first)
    await this.connectOnce().catch((error: unknown) => {
      this.entries.set(first.entry.name, first.entry) // beat ends here: at its next start this run is due again
      throw error
    })
    await this.apply(first.entry, taken)
    this.events.push({ atMs: clock.nowMs() + earlier(nextSeconds) * 1000, entry: taken })
    return { kind: 'sent' }
  }

  shouldSync(): boolean {
    const { clock, syncEveryTasks } = this.parts
    if (this.lastSyncMs === null) return true
    const elapsed = clock.nowMs() - this.lastSyncMs // below zero: the clock was set back
    if (elapsed < 0 || elapsed > syncEverySeconds * 1000) return true
    return syncEveryTasks > 0 && this.tasksSinceSync >= syncEveryTasks
  }

  sync(): void {
    this.parts.log.debug('beat: Synchronizing schedule...')
    this.save()
    this.lastSyncMs = this.parts.clock.nowMs()
    this.tasksSinceSync = 0
  }

  close(): void {
    this.save()
  }

  /** Beat goes on without a file that can be written no more; it is tried again at the next sync. */
  private save(): void {
    const { file, log } = this.parts
    try {
      file?.write([...this.entries.values()])
    } catch (error) {
      log.error(
        `${error instanceof Error ? error.message : String(error)}: after a restart, beat will not know of these runs`,
      )
    }
  }

  private allEvents(): Event[] {
    const { clock, time } = this.parts
    return [...this.entries.values()].map((entry) => {
      const { isDue, nextSeconds } = entryDueState(entry, clock.nowMs(), time)
      return { atMs: clock.nowMs() + (isDue ? 0 : earlier(nextSeconds) * 1000), entry }
    })
  }

  /** As Celery: once, and with all patience; a link that is lost later is the affair of each message. */
  private async connectOnce(): Promise<void> {
    if (this.connected) return
    await this.parts.connect()
    this.connected = true
  }

  private tellPlan(): void {
    const { clock, time, tell } = this.parts
    for (const { name, task, schedule, lastRunAtMs } of this.entries.values()) {
      const nextRunsMs = nextRuns(schedule, { lastRunAtMs, nowMs: clock.nowMs() }, runsTold, time)
      tell({ kind: 'planned', entry: name, task, schedule: scheduleRepr(schedule).slice(1, -1), nextRunsMs })
    }
  }

  private async apply(entry: ScheduleEntry, { lastRunAtMs }: ScheduleEntry): Promise<void> {
    const { log, tell, send, time } = this.parts
    const { name, task, schedule } = entry
    log.info(`Scheduler: Sending due task ${name} (${task})`)
    const nextRunsMs = nextRuns(schedule, { lastRunAtMs, nowMs: lastRunAtMs }, runsTold, time)
    tell({ kind: 'due', entry: name, task, nextRunsMs })
    try {
      const taskId = await this.sendAndSync(() => send(entry))
      log.debug(`${task} sent. id->${taskId}`)
      tell({ kind: 'sent', entry: name, task, taskId })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      log.error(withTraceback(`Message Error: Couldn't apply scheduled task ${name}: ${why}`, error))
      tell({ kind: 'not-sent', entry: name, task, error: why })
    }
  }

  private async sendAndSync(send: () => Promise<string>): Promise<string> {
    try {
      return await send()
    } finally {
      this.tasksSinceSync += 1
      if (this.shouldSync()) this.sync()
    }
  }
}

function earliest(events: readonly Event[]): Event | null {
  return events.reduce<Event | null>((first, event) => (first && first.atMs <= event.atMs ? first : event), null)
}

function earlier(seconds: number): number {
  return seconds > 0 ? seconds - driftSeconds : seconds
}
