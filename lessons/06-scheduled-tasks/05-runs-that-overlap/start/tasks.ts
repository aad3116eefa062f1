/** Harbour's jobs. This step is about the sales summary, which takes longer than its own interval. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

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

/** Adds up everything that was ever sold. */
export const salesSummary = app.task('tasks.sales_summary', async () => {
  await sleep(SUMMARY_SECONDS * 1000)
  return 'summed up'
})
