/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

import * as database from './database'
import { sendMail } from './outside'

export const app = new Celery('harbour', {
  // finds the broker by CELERY_BROKER_URL
  task_routes: { 'tasks.sales_summary': { queue: 'reports' } },
  broker_transport_options: { max_retries: 0 }, // a page tries once to reach the broker
})

/** Mails one buyer that the ticket is theirs. */
export const confirmOrder = app.task(
  'tasks.send_confirmation',
  async (orderId: number) => {
    const order = await database.get('orders', orderId)
    await sendMail(String(order.email), `Your seat is kept, order ${orderId}`, 'Thank you!', `order ${orderId}`)
  },
  { ignoreResult: true },
)

/** Mails one buyer that the evening is near. */
export const sendReminder = app.task('tasks.send_reminder', async (orderId: number) => {
  const order = await database.get('orders', orderId)
  const subject = `Tonight at eight, order ${orderId}`
  await sendMail(String(order.email), subject, 'See you at the harbour.', `reminder ${orderId}`)
})

/** Adds up all orders and mails the sum to the manager. */
export const salesSummary = app.task('tasks.sales_summary', async () => {
  await sleep(2_000) // stands for a long query
  const orders = await database.find('orders')
  const seats = orders.reduce((sum, order) => sum + Number(order.seats), 0)
  const number = await database.insert('summaries', { seats })
  await sendMail('manager@harbour.example', `Summary ${number}: ${seats} seats sold`, 'As asked.', `summary ${number}`)
})
