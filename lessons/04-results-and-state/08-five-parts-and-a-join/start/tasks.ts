/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

import { sendMail } from './outside'

export const app = new Celery('harbour')

const TICKETS: Record<string, number> = { north: 4210, south: 3350, east: 2905, west: 1822, online: 4700 }

/** One part of the summary. The pause stands for a slow query. */
export const countRegion = app.task('tasks.count_region', async (region: string) => {
  await sleep(2500)
  return TICKETS[region]
})

/** Called once, with what all parts returned. */
export const joinRegions = app.task('tasks.join_regions', async (numbers: number[]) => {
  return `${numbers.reduce((sum, number) => sum + number, 0)} tickets in all regions`
})

/** Mails the manager that a job went wrong. */
export const alert = app.task('tasks.alert', async (request: { id: string }, error: Error, _traceback: string) => {
  await sendMail('manager@harbour.example', `Job ${request.id} failed: ${error.message}`, 'Somebody should look at it.')
})
