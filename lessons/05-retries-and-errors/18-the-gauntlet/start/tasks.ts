/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery } from 'celery-from-zero'

import { freeSeats, sendMail } from './outside'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  broker_transport_options: {
    visibility_timeout: 10, // seconds; Celery's own is 3600
    // Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    unacked_restore_interval: 1,
    unacked_restore_throttle: 1,
  },
})

/** Asks the hall whether there are seats, then confirms the order. */
export const fulfil = app.task('tasks.fulfil', async (orderId: number, email: string) => {
  await freeSeats('gala')
  await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
})
