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

/** Has the sales summed up by a task of its own, waits for it, and writes about it. */
export const writeReport = app.task('tasks.write_report', async (year: number) => {
  const summary = await sumUp.delay(year)
  // gives up after 6 seconds; without this limit it would wait for ever
  for (let asked = 0; asked < 30; asked++) {
    if (await summary.ready()) return `In ${year} we sold ${await summary.info()} tickets.`
    await sleep(200)
  }
  throw new Error('waited 6 seconds, and the summary had not even begun')
})
