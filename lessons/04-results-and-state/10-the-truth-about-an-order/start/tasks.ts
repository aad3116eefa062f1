/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour', {
  task_track_started: true,
  result_expires: 3, // seconds; a day when this is left out
})

/** Prints the ten tickets of one order, which takes 5 seconds. */
export const printTickets = app.task('tasks.print_tickets', async (orderId: number) => {
  for (let ticket = 1; ticket <= 10; ticket++) await sleep(500)
  return `tickets of order ${orderId} printed`
})
