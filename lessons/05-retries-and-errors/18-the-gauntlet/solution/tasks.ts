/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery } from 'celery-from-zero'

import * as database from './database'
import { freeSeats, OutsideError, sendMail } from './outside'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  broker_transport_options: {
    visibility_timeout: 10, // seconds; Celery's own is 3600
    // Look for overdue messages every second. Celery's own is every 100 seconds, and a kombu newer than 5.6 can be told.
    unacked_restore_interval: 1,
    unacked_restore_throttle: 1,
  },
})

/** Asks the hall whether there are seats, then confirms the order, once. */
export const fulfil = app.task(
  'tasks.fulfil',
  async (orderId: number, email: string) => {
    await freeSeats('gala')
    const key = `confirmation of order ${orderId}`
    try {
      await database.insert('mails', { id: key })
    } catch (error) {
      if (error instanceof database.AlreadyThere) return `order ${orderId} was confirmed before`
      throw error
    }
    try {
      await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
    } catch (error) {
      await database.remove('mails', key) // no mail left, so the next attempt may try
      throw error
    }
    return `order ${orderId} confirmed to ${email}`
  },
  {
    acksLate: true,
    rejectOnWorkerLost: true,
    autoretryFor: [OutsideError],
    retryBackoff: 2,
    retryBackoffMax: 4,
    maxRetries: null,
    rateLimit: '6/s',
  },
)
