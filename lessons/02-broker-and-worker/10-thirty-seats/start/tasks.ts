/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { Celery } from 'celery-from-zero'
import nodemailer from 'nodemailer'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  broker_transport_options: {
    // After so many seconds in unacked a message is handed out again: 3600 by default.
    visibility_timeout: 15,
    // Look for such messages every second. Celery's own is every 100 seconds,
    // and a kombu newer than 5.6 can be told.
    unacked_restore_interval: 1,
    unacked_restore_throttle: 1,
  },
})

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
