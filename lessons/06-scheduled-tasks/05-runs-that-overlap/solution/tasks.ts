/** Harbour's jobs. This step is about the sales summary, which takes longer than its own interval. */

import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { Celery } from 'celery-from-zero'
import * as database from './database'

export const app = new Celery('harbour', {
  // Times of the clock, such as those of a crontab, are times in this zone. Without it they are UTC.
  timezone: 'Europe/Oslo',
  // What beat sends, and how often. Beat reads this when it starts.
  beat_schedule: {
    'sales-summary': { task: 'tasks.sales_summary', schedule: 1 },
  },
})

// How long one summary takes. In production: half an hour, on a schedule of ten minutes.
const SUMMARY_SECONDS = 3.5

// A lock nobody gave back is anybody's after so many seconds: longer than any summary takes.
const LOCK_SECONDS = 5

/** True: the lock is ours, until we give it back or its time is over. */
async function takeLock(name: string, token: string): Promise<boolean> {
  const until = Date.now() / 1000 + LOCK_SECONDS
  try {
    await database.insert('locks', { id: name, token, until }) // an id can be taken once
    return true
  } catch (error) {
    if (!(error instanceof database.AlreadyThere)) throw error
  }
  try {
    return await database.transaction(async (db) => {
      const held = await db.update('locks', name) // whoever writes the row first is alone with it until the commit
      if (Number(held.until) > Date.now() / 1000) return false
      await db.update('locks', name, { token, until })
      return true
    })
  } catch (error) {
    if (error instanceof database.NotFound) return false // given back in between: the next run will get it
    throw error
  }
}

/** Only our own: after its time is over, somebody else may hold it. */
async function giveBackLock(name: string, token: string) {
  await database.transaction(async (db) => {
    const held = await db.update('locks', name)
    if (held.token === token) await db.remove('locks', name)
  })
}

/** Adds up everything that was ever sold, unless somebody is at it. */
export const salesSummary = app.task('tasks.sales_summary', async () => {
  const token = randomUUID()
  if (!(await takeLock('sales-summary', token))) return 'somebody is at it'
  try {
    await sleep(SUMMARY_SECONDS * 1000)
    return 'summed up'
  } finally {
    await giveBackLock('sales-summary', token)
  }
})
