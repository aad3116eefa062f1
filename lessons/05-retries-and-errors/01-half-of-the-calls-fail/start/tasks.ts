/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery } from 'celery-from-zero'

import { freeSeats, sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** How many seats of one event are free. */
export const checkSeats = app.task('tasks.check_seats', async (event: string) => (await freeSeats(event)).length)

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task('tasks.send_confirmation', async (orderId: number, email: string) => {
  await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
  return `order ${orderId} confirmed to ${email}`
})
