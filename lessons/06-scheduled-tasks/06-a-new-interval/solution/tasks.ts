/** Harbour's jobs. This phase is about one that nobody asks for: the tally of what was sold. */

import { Celery } from 'celery-from-zero'
import * as database from './database'

// Seconds between two tallies. In production there would be one each night.
const EVERY = 3

export const app = new Celery('harbour', {
  // Times of the clock, such as those of a crontab, are times in this zone. Without it they are UTC.
  timezone: 'Europe/Oslo',
  // What beat sends, and how often. Beat reads this when it starts.
  beat_schedule: {
    'tally-sales': { task: 'tasks.tally_sales', schedule: EVERY },
  },
})

/** Seconds since 1970, as Python's time.time(). */
const now = () => Date.now() / 1000

/** Writes down how many tickets were sold in the last EVERY seconds. */
export const tallySales = app.task('tasks.tally_sales', async () => {
  const since = now() - EVERY
  const orders = await database.find('orders')
  const recent = orders.filter((order) => Number(order.sold_at) > since)
  await database.insert('tallies', { tickets: recent.length })
  return `${recent.length} tickets`
})
