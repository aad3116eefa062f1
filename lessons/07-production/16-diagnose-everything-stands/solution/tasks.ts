/** Harbour's jobs, as they run in production. */

import { Celery } from 'celery-from-zero'

import { freeSeats, sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task(
  'tasks.send_confirmation',
  async (orderId: number, email: string = 'ada@example.com') => {
    await sendMail(email, `Your ticket, order ${orderId}`, 'Thank you! Your seat is kept.', orderId)
  },
)

/** Asks the hall's service. No answer, or one such as 503 or 429, is an OutsideError. */
export const checkSeats = app.task('tasks.check_seats', (event: string) => freeSeats(event, 1))
