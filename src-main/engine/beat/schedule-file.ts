/**
 * What beat remembers over a restart: when each entry last ran. A JSON file, replaced whole; Celery's is a Python shelve, which
 * runs code of whoever wrote it. A file that is none of ours is put aside, never deleted. Celery: celery/beat.py (PersistentScheduler)
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { ImproperlyConfigured } from '../errors.js'
import { isObject } from '../message/shapes.js'
import type { Log } from '../ports/log.js'
import { parseJson } from '../serialization/json.js'
import { pythonRepr } from '../serialization/python-repr.js'
import type { WireObject, WireValue } from '../serialization/wire-value.js'
import { software } from '../software.js'
import { scheduleRepr } from './schedule.js'
import type { ScheduleEntry } from './schedule-entry.js'

export interface Remembered {
  readonly lastRunAtMs: number
  readonly totalRunCount: number
}

/** The settings whose change makes what was remembered worthless. */
export interface TimeSettings {
  readonly timezone: string | null
  readonly enable_utc: boolean
}

export class ScheduleFile {
  readonly path: string
  private readonly time: TimeSettings
  private readonly log: Pick<Log, 'error' | 'warning'>

  constructor(path: string, time: TimeSettings, log: Pick<Log, 'error' | 'warning'>) {
    this.path = path
    this.time = time
    this.log = log
  }

  /** By the entries' names; empty at the first start. Throws when the file is there and may not be read. */
  read(): ReadonlyMap<string, Remembered> {
    const text = this.text()
    if (text === null) return new Map()
    const state = this.stateIn(text)
    if (state === null || this.isOfOtherTime(state)) return new Map()
    return this.entriesOf(isObject(state.entries) ? state.entries : {})
  }

  /** Throws when it cannot be written; the file that was there stays then. */
  write(entries: readonly ScheduleEntry[]): void {
    const state = {
      __version__: software.version,
      tz: this.time.timezone,
      utc_enabled: this.time.enable_utc,
      entries: Object.fromEntries(entries.map((entry) => [entry.name, asData(entry)])),
    }
    try {
      writeFileSync(`${this.path}.new`, `${JSON.stringify(state, null, 2)}\n`)
      renameSync(`${this.path}.new`, this.path)
    } catch (error) {
      throw new ImproperlyConfigured(`the schedule file ${pythonRepr(this.path)} cannot be written: ${wordsOf(error)}`)
    }
  }

  private text(): string | null {
    try {
      return readFileSync(this.path, 'utf8')
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return null
      throw new ImproperlyConfigured(`the schedule file ${pythonRepr(this.path)} cannot be read: ${wordsOf(error)}`)
    }
  }

  private stateIn(text: string): WireObject | null {
    try {
      const state = parseJson(text)
      if (!isObject(state) || !isObject(state.entries))
        throw new TypeError('expected a JSON object with `entries` in it')
      return state
    } catch (error) {
      const aside = this.putAside()
      this.log.error(
        `Corrupted schedule file ${pythonRepr(this.path)}: ${wordsOf(error)}. It is kept as ${pythonRepr(aside)}; ` +
          'beat goes on without it, as at its first start: what was due while it was away is not made up for',
      )
      return null
    }
  }

  private putAside(): string {
    let aside = `${this.path}.corrupted`
    for (let count = 2; existsSync(aside); count++) aside = `${this.path}.corrupted-${count}`
    renameSync(this.path, aside)
    return aside
  }

  /** As Celery: a zone that was not set before does not count as changed. */
  private isOfOtherTime({ tz, utc_enabled: utc }: WireObject): boolean {
    const { timezone, enable_utc: utcEnabled } = this.time
    if (tz !== null && tz !== undefined && tz !== timezone) {
      this.log.warning(`Reset: Timezone changed from ${pythonRepr(tz)} to ${pythonRepr(timezone)}`)
      return true
    }
    if (typeof utc !== 'boolean' || utc === utcEnabled) return false
    this.log.warning(`Reset: UTC changed from ${enabled(utc)} to ${enabled(utcEnabled)}`)
    return true
  }

  /** An entry that cannot be read costs itself only. */
  private entriesOf(entries: WireObject): ReadonlyMap<string, Remembered> {
    const remembered = new Map<string, Remembered>()
    for (const [name, entry] of Object.entries(entries)) {
      const found = rememberedIn(entry)
      if (found !== null) remembered.set(name, found)
      else
        this.log.error(
          `The entry ${pythonRepr(name)} in the schedule file ${pythonRepr(this.path)} has no last_run_at that is a time: ` +
            'it counts as new, the others are kept',
        )
    }
    return remembered
  }
}

/** `task` and `schedule` are for people who look into the file. */
function asData(entry: ScheduleEntry): WireObject {
  return {
    task: entry.task,
    schedule: scheduleRepr(entry.schedule),
    last_run_at: new Date(entry.lastRunAtMs).toISOString(),
    total_run_count: entry.totalRunCount,
  }
}

function rememberedIn(entry: WireValue): Remembered | null {
  if (!isObject(entry) || typeof entry.last_run_at !== 'string') return null
  const lastRunAtMs = Date.parse(entry.last_run_at)
  const { total_run_count: count } = entry
  if (Number.isNaN(lastRunAtMs)) return null
  return { lastRunAtMs, totalRunCount: typeof count === 'number' && Number.isSafeInteger(count) ? count : 0 }
}

function enabled(flag: boolean): string {
  return flag ? 'enabled' : 'disabled'
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
