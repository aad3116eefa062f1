/** Harbour's jobs, as they run in production. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  task_acks_late: true,
  worker_soft_shutdown_timeout: 6,
})

/** The week's sales: one long job. */
export const makeReport = app.task('tasks.make_report', async (seconds: number) => {
  await sleep(seconds * 1000)
  return `report after ${seconds} s`
})
