/** Harbour's jobs: questions to the hall's seat-map service, which is somebody else's computer. */

import { Celery, type RunningTask } from 'celery-from-zero'

import { freeSeats, OutsideError } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Asks three times, a second each, and lives with no answer. */
export const watchSeats = app.task(
  'tasks.watch_seats',
  async (self: RunningTask, event: string) => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        self.checkInterrupt() // throws SoftTimeLimitExceeded once its time is over
        return `${(await freeSeats(event, 1.2)).length} seats are free`
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error
      }
    }
    return 'nobody knows'
  },
  { bind: true, softTimeLimit: 1 },
)
