/** When a schedule runs next, and after that: what beat tells of its plans, and what a preview of a crontab shows. */
import { dueState, type AppTime, type Schedule } from './schedule.js'
import { timeAt } from './zoned-time.js'

export interface PlanFrom {
  readonly lastRunAtMs: number
  readonly nowMs: number
}

/**
 * Unix times in milliseconds, ascending: what beat would do if it ran all the time. A run that is due already comes at `nowMs`.
 * Beat asks its schedule anew after each run, and so does this.
 */
export function nextRuns(schedule: Schedule, from: PlanFrom, count: number, app: AppTime): readonly number[] {
  const runs: number[] = []
  let { lastRunAtMs, nowMs } = from
  while (runs.length < count) {
    const moment = { lastRunAt: timeAt(lastRunAtMs * 1000, app.zone), now: timeAt(nowMs * 1000, app.zone) }
    const { isDue, nextSeconds } = dueState(schedule, moment, app)
    const waitMs = isDue ? 0 : nextSeconds * 1000
    if (!(waitMs >= 0) || (runs.length > 0 && waitMs === 0)) break // every 0 seconds: no end of it
    nowMs += waitMs
    runs.push(nowMs)
    lastRunAtMs = nowMs
  }
  return runs
}
