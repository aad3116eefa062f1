/** Harbour's jobs. This phase is about one that nobody asks for: the tally of what was sold. */

import { Celery } from 'celery-from-zero'
import * as database from './database'

// Seconds between two tallies. In production there would be one each night.
const EVERY = 1

export const app = new Celery('harbour', {
  // Times of the clock, such as those of a crontab, are times in this zone. Without it they are UTC.
  timezone: 'Europe/Oslo',
  // What beat sends, and how often. Beat reads this when it starts.
  beat_schedule: {
    'tally-sales': { task: 'tasks.tally_sales', schedule: EVERY },
  },
})

/** Counts every order that no tally has counted yet, whenever it was sold. */
export const tallySales = app.task('tasks.tally_sales', async () => {
  return database.transaction(async (db) => {
    const mine: database.Id[] = []
    for (const { id } of await db.find('orders', { tally: null })) {
      // update() without columns takes hold of the row: another tally waits, and then sees that it is counted.
      const held = await db.update('orders', id)
      if (held.tally == null) mine.push(id)
    }
    if (mine.length === 0) return 'nothing new'
    const tally = await db.insert('tallies', { tickets: mine.length })
    for (const id of mine) await db.update('orders', id, { tally })
    return `${mine.length} tickets`
  })
})
