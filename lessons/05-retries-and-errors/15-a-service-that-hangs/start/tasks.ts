/** Harbour's jobs: mails, and questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery, SoftTimeLimitExceeded, type RunningTask } from 'celery-from-zero'

import { freeSeats, sendMail } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Gives up on the call by itself. */
export const askWithTimeout = app.task(
  'tasks.ask_with_timeout',
  async (event: string) => (await freeSeats(event, 2)).length,
)

/** Is told that its time is over: its own signal aborts, and ends the call. It may tidy up. */
export const askWithSoftLimit = app.task(
  'tasks.ask_with_soft_limit',
  async (self: RunningTask, event: string) => {
    try {
      return (await freeSeats(event, self.signal)).length
    } catch (error) {
      if (error instanceof SoftTimeLimitExceeded) await sendMail('ops@harbour.example', `No seat map for ${event}`)
      throw error
    }
  },
  { bind: true, softTimeLimit: 2 },
)

/** Is killed, with the process it runs in. Does its message come back? */
export const askWithHardLimit = app.task(
  'tasks.ask_with_hard_limit',
  async (event: string) => (await freeSeats(event, null)).length,
  { timeLimit: 3, acksLate: true, rejectOnWorkerLost: true },
)
