/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery, type RunningTask } from 'celery-from-zero'

import { freeSeats, OutsideError, sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** How many seats of one event are free. */
export const checkSeats = app.task(
  'tasks.check_seats',
  async (self: RunningTask, event: string) => {
    try {
      return (await freeSeats(event)).length
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error
      self.logger.warning(`No answer from the hall about ${event}: ${error.message}`)
      throw await self.retry({ exc: error })
    }
  },
  { bind: true, maxRetries: 8, retryBackoff: 2 },
)

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task('tasks.send_confirmation', async (orderId: number, email: string) => {
  await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
  return `order ${orderId} confirmed to ${email}`
})
