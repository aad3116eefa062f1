/** Beat in words: what its facts mean, how a schedule reads, and when an entry comes next. */
import type { BeatFact } from '../../src-main/contract/feed.js'
import { cut, sayDuration, sayTime, shortId, shortTaskName } from './say-task.js'

export interface SaidBeat {
  readonly text: string
  readonly taskId: string | null
  readonly mood: 'plain' | 'bad'
}

/** Null: noise that the timeline leaves out. */
export function sayBeat(fact: BeatFact): SaidBeat | null {
  const { process, entry } = fact
  const said = (text: string, taskId: string | null = null): SaidBeat => ({ text, taskId, mood: 'plain' })
  switch (fact.kind) {
    case 'beat-planned': {
      const next = fact.nextRunsMs[0]
      const when = next === undefined ? '' : `, next at ${sayTime(next)}`
      return said(`${process} will send ${entry} ${saySchedule(fact.schedule)}${when}`)
    }
    case 'beat-due':
      return null // what came of it follows at once
    case 'beat-sent':
      return said(`${process} sent ${shortTaskName(fact.task)} ${shortId(fact.taskId)}: ${entry} was due`, fact.taskId)
    case 'beat-not-sent':
      return {
        ...said(`${process} could not send ${entry}, and will not try this run again: ${cut(fact.error, 100)}`),
        mood: 'bad',
      }
  }
}

/** `freq: 5.00 seconds` → `every 5 s`; `crontab: 0 4 * * * (m/h/dM/MY/d)` → `by crontab 0 4 * * *`. */
export function saySchedule(schedule: string): string {
  const crontab = /^crontab: (.*) \(m\/h\/dM\/MY\/d\)$/.exec(schedule)?.[1]
  if (crontab !== undefined) return `by crontab ${crontab}`
  const [, number, unit] = /^freq: ([\d.]+) (day|hour|minute|second)s?$/.exec(schedule) ?? []
  if (number === undefined || unit === undefined) return schedule.replace(/^freq: now$/, 'all the time')
  const short = { day: 'd', hour: 'h', minute: 'min', second: 's' }[unit] ?? unit
  return `every ${String(Number(number))} ${short}`
}

/** The next run: in how long, or that it is due. */
export function sayNextRun(nextRunsMs: readonly number[], nowMs: number): string {
  const next = nextRunsMs.find((atMs) => atMs > nowMs)
  if (next === undefined) return nextRunsMs.length === 0 ? 'never' : 'due'
  const leftMs = next - nowMs
  // It counts down before one's eyes: thousandths would only flicker.
  return `next in ${leftMs < 1000 ? `${(leftMs / 1000).toFixed(1)} s` : sayDuration(leftMs)}`
}

export function sayNextRuns(nextRunsMs: readonly number[]): string {
  return nextRunsMs.length === 0 ? 'no further run' : `next runs: ${nextRunsMs.map(sayTime).join(', ')}`
}
