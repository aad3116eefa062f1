/** Harbour's jobs, as they run in production. */

import { setTimeout as sleep } from 'node:timers/promises'
import { Celery } from 'celery-from-zero'

export const app = new Celery('harbour') // finds the broker by CELERY_BROKER_URL

const posters: Buffer[] = [] // lives as long as its process

/** Draws a poster of 12 MB, and forgets to throw it away. */
export const drawPoster = app.task('tasks.draw_poster', async (_number: number) => {
  posters.push(Buffer.alloc(12_000_000, 'x'))
  await sleep(800)
  return `${posters.length} posters in this process`
})
