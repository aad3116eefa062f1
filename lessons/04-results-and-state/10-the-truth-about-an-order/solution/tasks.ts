/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'
import * as database from './database'

export const app = new Celery('harbour', {
  task_track_started: true,
  result_expires: 3, // seconds; a day when this is left out
})

/** Prints the ten tickets of one order, which takes 5 seconds. */
export const printTickets = app.task('tasks.print_tickets', async (orderId: number) => {
  const seen = () => Date.now() / 1000 // in seconds, as Python's time.time()
  for (let ticket = 1; ticket <= 10; ticket++) {
    await database.update('orders', orderId, { state: 'running', seen: seen() }) // “I am still here”
    await sleep(500)
  }
  await database.update('orders', orderId, { state: 'done', seen: seen() })
  return `tickets of order ${orderId} printed`
})
