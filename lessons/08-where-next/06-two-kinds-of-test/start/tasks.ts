/** Harbour's jobs. */

import { Celery } from 'celery-from-zero'

import { sendMail } from './outside'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  task_routes: { 'tasks.send_*': { queue: 'mails' } }, // nobody has told the workers yet
})

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task('tasks.send_confirmation', async (orderId: number, email: string) => {
  await sendMail(email, `Your ticket, order ${orderId}`, '', orderId)
  return `order ${orderId} confirmed to ${email}`
})
