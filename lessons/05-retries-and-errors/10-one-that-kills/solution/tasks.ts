/** Harbour's jobs: tickets that are drawn by a library with a weakness. */

import { Celery, type RunningTask } from 'celery-from-zero'

import * as database from './database'
import { sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** How often a task has begun, this time included. Kept in the database: this process may be gone in a moment. */
async function timesBegun(taskId: string): Promise<number> {
  try {
    await database.insert('begun', { id: taskId, times: 1 })
    return 1
  } catch (error) {
    if (!(error instanceof database.AlreadyThere)) throw error
    const { times } = await database.get('begun', taskId)
    await database.update('begun', taskId, { times: Number(times) + 1 })
    return Number(times) + 1
  }
}

/** Stands for a library in C: it does not throw, it takes the process along. */
function draw(name: string): string {
  if (/[^ -~]/.test(name)) process.exit(139)
  return `a ticket for ${name}`
}

/** Draws the ticket of one order, unless it has been begun too often. */
export const drawTicket = app.task(
  'tasks.draw_ticket',
  async (self: RunningTask, orderId: number, name: string) => {
    if ((await timesBegun(self.request.id)) > 3) {
      await database.insert('parked', { id: self.request.id, order: orderId, name })
      await sendMail('ops@harbour.example', `Order ${orderId} is parked`)
      return 'parked'
    }
    return draw(name)
  },
  { bind: true, acksLate: true, rejectOnWorkerLost: true },
)
