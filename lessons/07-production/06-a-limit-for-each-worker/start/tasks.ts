/** Harbour's jobs, as they run in production. */

import { Celery } from 'celery-from-zero'

import { freeSeats } from './outside'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

/** Asks the hall's service. No answer, or one such as 503 or 429, is an OutsideError. */
export const checkSeats = app.task('tasks.check_seats', (event: string) => freeSeats(event, 5), { rateLimit: '2/s' })
