/** What a crontab means on the two nights of the year on which clocks jump: asked by the window, computed by beat's own schedule. */
import type { Problem } from './problem.js'

export type ClockNight = 'spring' | 'autumn'

export interface PreviewAsk {
  /** Minute, hour, day of month, month, day of week, as in a crontab file. */
  readonly crontab: string
  /** Values of the setting `timezone`; the first one is also the zone of the clock on the wall. */
  readonly zones: readonly string[]
}

export interface PreviewRun {
  readonly atMs: number
  /** What the clock on the wall shows: `Sun 25 Oct 02:30`, and which of two equal hours it is: `CET`. */
  readonly clock: string
  readonly zoneName: string
  readonly utc: string
  /** Since the run before; null for the first one shown. */
  readonly sinceMs: number | null
}

export interface PreviewColumn {
  readonly night: ClockNight
  /** `Sunday 25 October 2026` */
  readonly date: string
  /** The value of `timezone`. */
  readonly zone: string
  readonly runs: readonly PreviewRun[]
  /** More runs that night than are shown. */
  readonly more: number
}

export interface CrontabPreview {
  readonly columns: readonly PreviewColumn[]
}

/** `twice`: the wall clock showed this time at an earlier run of the table as well. `left-out`: before this run a matching time passed without one. */
export type RunMark = 'twice' | 'left-out'

export interface MarkAsk extends PreviewAsk {
  /** In `columns`, and in its `runs`. */
  readonly column: number
  readonly run: number
  readonly as: RunMark
}

export interface MarkedRun {
  readonly correct: boolean
  readonly reason: string
}

export function crontabProblem(text: string, why: string): Problem {
  return {
    code: 'crontab-wrong',
    what: `“${text}” is not a crontab that Celery understands: ${why}`,
    meaning: 'Nothing is scheduled by it; the table shows the last one that was right.',
    next: 'Write five fields: minute, hour, day of month, month, day of week, such as 30 2 * * *.',
  }
}
