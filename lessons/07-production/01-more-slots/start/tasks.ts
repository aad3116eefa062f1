/** Harbour's jobs, as they run in production. */

import { Celery } from 'celery-from-zero'

import { freeSeats } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Asks the hall's service. No answer, or one such as 503 or 429, is an OutsideError. */
export const checkSeats = app.task('tasks.check_seats', (event: string) => freeSeats(event, 5))

/** Draws a ticket: nothing but computing, here about a sixth of a second of it. */
export const drawTicket = app.task('tasks.draw_ticket', (_number: number) => {
  let sum = 0
  for (let pixel = 0; pixel < 12_000_000; pixel++) sum = (sum + ((pixel * pixel) % 7)) % 1_000_003
  return sum
})
