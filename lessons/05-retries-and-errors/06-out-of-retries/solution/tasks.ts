/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery } from 'celery-from-zero'

import { freeSeats, OutsideError, sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** How many seats of one event are free. */
export const checkSeats = app.task('tasks.check_seats', async (event: string) => (await freeSeats(event)).length, {
  autoretryFor: [OutsideError],
  maxRetries: 2,
  defaultRetryDelay: 1,
  /** Called once, in the worker, after the last attempt: such a task is not thrown away. */
  onFailure: async ({ request }, error) => {
    await app.sendTask(request.task, request.args, request.kwargs, { queue: 'parked' })
    await sendMail('ops@harbour.example', `${request.task}(${request.args.join(', ')}) is parked: ${error.message}`)
  },
})

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task('tasks.send_confirmation', async (orderId: number, email: string) => {
  await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
  return `order ${orderId} confirmed to ${email}`
})
