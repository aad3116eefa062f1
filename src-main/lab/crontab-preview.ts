/**
 * When a crontab's entry runs on the nights on which clocks jump, by the same schedule that beat goes by, with the time set to those
 * nights. Two values of `timezone` beside each other, and the clock on the wall to read both by.
 */
import type {
  ClockNight,
  CrontabPreview,
  MarkAsk,
  MarkedRun,
  PreviewAsk,
  PreviewColumn,
  PreviewRun,
} from '../contract/crontab-preview.js'
import { appTime, crontab, nextRuns, type AppTime, type Crontab } from '../engine/index.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What a table shows of a night: from before midnight to the morning. */
const BEFORE_MS = 3 * HOUR_MS
const AFTER_MS = 4 * HOUR_MS
const MOST_ROWS = 16
/** An entry of once a day has one run that night: the ones before and after belong to the picture. */
const FEWEST_ROWS = 3
/** More than a crontab of every minute has in four days. */
const MOST_RUNS = 6_000

interface Jump {
  readonly night: ClockNight
  readonly atMs: number
}

/** Throws what is wrong with the crontab or a zone. */
export function previewCrontab(ask: PreviewAsk, nowMs: number): CrontabPreview {
  const cron = readCrontab(ask.crontab)
  const wall = timeIn(ask.zones[0] ?? 'UTC')
  const columns = jumpsAfter(nowMs, wall).flatMap((jump) =>
    ask.zones.map((zone) => columnOf(cron, { zone, wall, jump })),
  )
  return { columns }
}

/** `columns` of the same question. */
export function judgeMark(ask: MarkAsk, columns: readonly PreviewColumn[]): MarkedRun {
  const cron = readCrontab(ask.crontab)
  const wall = timeIn(ask.zones[0] ?? 'UTC')
  const { runs = [], zone = '' } = columns[ask.column] ?? {}
  const run = runs[ask.run]
  const before = runs[ask.run - 1]
  if (run === undefined) return { correct: false, reason: 'There is no such run in the table any more.' }
  if (before === undefined)
    return { correct: false, reason: 'It is the first run shown: there is none before it to compare it with.' }
  if (ask.as === 'twice') {
    const same = runs.slice(0, ask.run).find((one) => one.clock === run.clock)
    const correct = same !== undefined
    return { correct, reason: correct ? `The clock on the wall shows ${run.clock} for the second time: ${run.zoneName} after ${same.zoneName}.` : `The run before was at ${before.clock} on the wall, this one is at ${run.clock}: two different times.` } // prettier-ignore
  }
  const missed = matchesBetween(cron, timeIn(zone), before.atMs, run.atMs)
  if (missed === null)
    return { correct: false, reason: `Between ${before.clock} and ${run.clock} no clock showed a time that this crontab names.` } // prettier-ignore
  const left = `${clockAt(missed, wall)} ${zoneNameAt(missed, ask.zones[0] ?? 'UTC')}`
  return { correct: true, reason: `${left} passed without a run: the clock showed that time for the second time, and Celery had gone on to the next one.` } // prettier-ignore
}

function readCrontab(text: string): Crontab {
  const fields = text.trim().split(/\s+/)
  const [minute, hour, day_of_month, month_of_year, day_of_week] = fields
  if (
    fields.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    day_of_month === undefined ||
    month_of_year === undefined ||
    day_of_week === undefined
  )
    // prettier-ignore
    throw new Error(`found ${fields.length} fields, expected five`)
  return crontab({ minute, hour, day_of_month, month_of_year, day_of_week })
}

function timeIn(timezone: string): AppTime {
  return appTime({ timezone, enable_utc: true, beat_cron_starting_deadline: null })
}

/** The next two times at which the wall clock's distance from UTC changes; of a zone without such nights, none. */
function jumpsAfter(nowMs: number, { zone }: AppTime): readonly Jump[] {
  const jumps = new Map<ClockNight, Jump>()
  const from = Math.ceil(nowMs / HOUR_MS) * HOUR_MS
  for (let at = from; at < from + 400 * DAY_MS && jumps.size < 2; at += DAY_MS) {
    const change = zone.offsetSeconds(at + DAY_MS) - zone.offsetSeconds(at)
    if (change === 0) continue
    let jumpMs = at + HOUR_MS
    while (zone.offsetSeconds(jumpMs) === zone.offsetSeconds(at)) jumpMs += HOUR_MS
    const night = change > 0 ? 'spring' : 'autumn'
    if (!jumps.has(night)) jumps.set(night, { night, atMs: jumpMs })
  }
  return [...jumps.values()].sort((one, other) => one.atMs - other.atMs)
}

function columnOf(cron: Crontab, about: { zone: string; wall: AppTime; jump: Jump }): PreviewColumn {
  const { zone, wall, jump } = about
  const time = timeIn(zone)
  const [start, end] = [jump.atMs - BEFORE_MS, jump.atMs + AFTER_MS]
  const inNight = runsBetween(cron, time, start, end)
  const around = (): readonly number[] => {
    const wide = runsBetween(cron, time, start - 2 * DAY_MS, end + 2 * DAY_MS)
    const first = wide.findIndex((atMs) => atMs >= start)
    return wide.slice(Math.max(0, first - 1), Math.max(0, first - 1) + FEWEST_ROWS)
  }
  const all = inNight.length >= FEWEST_ROWS ? inNight : around()
  const shown = all.slice(0, MOST_ROWS)
  const wallName = wall.zone.name
  const runs = shown.map((atMs, index): PreviewRun => {
    const before = shown[index - 1]
    return {
      atMs,
      clock: clockAt(atMs, wall),
      zoneName: zoneNameAt(atMs, wallName),
      utc: new Date(atMs).toISOString().slice(11, 16),
      sinceMs: before === undefined ? null : atMs - before,
    }
  })
  return { night: jump.night, date: dateAt(jump.atMs, wall), zone, runs, more: all.length - shown.length }
}

/** Run after run, as beat asks its schedule anew after each. */
function runsBetween(cron: Crontab, time: AppTime, fromMs: number, toMs: number): readonly number[] {
  const runs: number[] = []
  for (let last = fromMs - 1_000; runs.length < MOST_RUNS;) {
    const [next] = nextRuns(cron, { lastRunAtMs: last, nowMs: last }, 1, time)
    if (next === undefined || next >= toMs) break
    runs.push(next)
    last = next
  }
  return runs
}

/** The first full minute in between at which a clock in that zone shows what the crontab names; null: there is none. */
function matchesBetween(cron: Crontab, time: AppTime, fromMs: number, toMs: number): number | null {
  for (let atMs = fromMs + 60_000; atMs < toMs; atMs += 60_000) {
    const shown = new Date(atMs + time.zone.offsetSeconds(atMs) * 1000)
    if (
      cron.minutes.includes(shown.getUTCMinutes()) &&
      cron.hours.includes(shown.getUTCHours()) &&
      cron.daysOfWeek.includes(shown.getUTCDay()) &&
      cron.daysOfMonth.includes(shown.getUTCDate()) &&
      cron.monthsOfYear.includes(shown.getUTCMonth() + 1)
    )
      return atMs
  }
  return null
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Sun 02:30` on that zone's clocks. */
function clockAt(atMs: number, { zone }: AppTime): string {
  const shown = new Date(atMs + zone.offsetSeconds(atMs) * 1000)
  return `${days[shown.getUTCDay()] ?? ''} ${shown.toISOString().slice(11, 16)}`
}

/** `Sunday 25 October 2026` */
function dateAt(atMs: number, { zone }: AppTime): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone.name, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }) // prettier-ignore
  const parts = format.formatToParts(atMs).filter((part) => part.type !== 'literal')
  return parts.map((part) => part.value).join(' ')
}

/** `CET`, `CEST`, or `GMT-5` where English has no name for it. */
function zoneNameAt(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' }).formatToParts(atMs)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone
}
