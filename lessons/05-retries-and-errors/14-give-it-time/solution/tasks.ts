/** Harbour's jobs: a report that takes its time. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

import { sendMail } from './outside'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  broker_transport_options: {
    visibility_timeout: 60, // seconds; Celery's own is 3600
    // Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    unacked_restore_interval: 1,
    unacked_restore_throttle: 1,
  },
})

/** Six seconds of work, then a mail to the office. */
export const salesReport = app.task(
  'tasks.sales_report',
  async (day: string) => {
    await sleep(6_000)
    await sendMail('office@harbour.example', `Sales of ${day}`, '', `report ${day}`)
  },
  { acksLate: true, rejectOnWorkerLost: true },
)
