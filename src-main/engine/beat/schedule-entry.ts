/** An entry as the scheduler keeps it: what to send, and when it was last. Celery: celery/beat.py (ScheduleEntry) */
import { pythonRepr } from '../serialization/python-repr.js'
import type { ScheduledCall } from './beat-schedule.js'
import { dueState, scheduleRepr, type AppTime, type DueState } from './schedule.js'
import { timeAt } from './zoned-time.js'

export interface ScheduleEntry extends ScheduledCall {
  /** Unix time in milliseconds; of the first start of beat with this entry when it has not run yet. */
  readonly lastRunAtMs: number
  readonly totalRunCount: number
}

/** It runs now. */
export function nextEntry(entry: ScheduleEntry, nowMs: number): ScheduleEntry {
  return { ...entry, lastRunAtMs: nowMs, totalRunCount: entry.totalRunCount + 1 }
}

export function entryDueState({ schedule, lastRunAtMs }: ScheduleEntry, nowMs: number, time: AppTime): DueState {
  const moment = { lastRunAt: timeAt(lastRunAtMs * 1000, time.zone), now: timeAt(nowMs * 1000, time.zone) }
  return dueState(schedule, moment, time)
}

/** As Celery, without the bracket that would close it: `<ScheduleEntry: every-second tasks.add(1, 2) <freq: 1.00 second>` */
export function entryRepr({ name, task, args, kwargs, schedule }: ScheduleEntry): string {
  const shown = [
    ...args.map(pythonRepr),
    ...Object.entries(kwargs).map(([key, value]) => `${key}=${pythonRepr(value)}`),
  ]
  return `<ScheduleEntry: ${name} ${task}(${shown.join(', ')}) ${scheduleRepr(schedule)}`
}
