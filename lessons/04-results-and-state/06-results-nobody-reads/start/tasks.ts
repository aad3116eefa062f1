/** Harbour's jobs: work that a worker can do while the web app goes on selling. */

import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour')

/** Counts that somebody has looked at a show. Nobody ever asks what this returned. */
export const countView = app.task('tasks.count_view', (show: string) => `${show} was looked at`)
