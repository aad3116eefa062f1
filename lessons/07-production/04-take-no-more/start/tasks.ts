/** Harbour's jobs, as they run in production. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

import { sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task(
  'tasks.send_confirmation',
  async (orderId: number, email: string = 'ada@example.com') => {
    await sendMail(email, `Your ticket, order ${orderId}`, 'Thank you! Your seat is kept.', orderId)
  },
)

/** The week's sales: one long job. */
export const makeReport = app.task('tasks.make_report', async (seconds: number) => {
  await sleep(seconds * 1000)
  return `report after ${seconds} s`
})
