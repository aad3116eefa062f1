/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { Celery } from 'celery-from-zero'

import { sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Mails one buyer that the ticket is theirs. */
export const confirmOrder = app.task('tasks.confirm_order', async (orderId: number, email: string) => {
  await sendMail(email, `Your seat is kept, order ${orderId}`, 'Thank you! Your seat is kept.', `order ${orderId}`)
})

/** Mails one guest that the evening is near. */
export const sendReminder = app.task('tasks.send_reminder', async (number: number, email: string) => {
  await sendMail(email, `Tonight at eight, reminder ${number}`, 'See you at the harbour.', `reminder ${number}`)
})
