/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour')

const SALES = [812, 640, 905, 1120, 1480, 2210, 2540, 2490, 1630, 1010, 760, 1390]

/** The sales summary. The pause stands for a slow query of each month. */
export const sumUp = app.task('tasks.sum_up', async (year: number) => {
  let tickets = 0
  for (const sold of SALES) {
    await sleep(100)
    tickets += sold
  }
  return tickets
})

/** Writes about the sales. What the task before it returned arrives as the first argument. */
export const writeReport = app.task('tasks.write_report', async (tickets: number, year: number) => {
  return `In ${year} we sold ${tickets} tickets.`
})
