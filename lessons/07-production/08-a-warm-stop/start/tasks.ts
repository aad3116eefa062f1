/** Harbour's jobs, as they run in production. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** The week's sales: one long job. */
export const makeReport = app.task('tasks.make_report', async (seconds: number) => {
  await sleep(seconds * 1000)
  return `report after ${seconds} s`
})
