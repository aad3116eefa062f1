/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { Celery } from 'celery-from-zero'
import nodemailer from 'nodemailer'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Mails one buyer that the ticket is theirs. */
export const sendConfirmation = app.task('tasks.send_confirmation', async (orderId: number, email: string) => {
  const server = nodemailer.createTransport({ host: process.env.MAIL_HOST, port: Number(process.env.MAIL_PORT) })
  await server.sendMail({
    from: 'tickets@harbour.example',
    to: email,
    subject: `Your ticket, order ${orderId}`,
    headers: { 'X-Order-Id': String(orderId) },
    text: `Thank you! Order ${orderId} is paid, and your seat is kept.`,
  })
  return `order ${orderId} confirmed to ${email}`
})
