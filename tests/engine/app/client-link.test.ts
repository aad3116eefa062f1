/** How long a client without a link looks for the broker: the waits of real Celery 5.2.6 with a port that nobody listens to. */
import { expect, test } from 'vitest'
import { Celery } from '../../../src-main/engine/app/celery.js'
import type { CeleryOptions } from '../../../src-main/engine/app/celery-options.js'
import { OperationalError } from '../../../src-main/engine/errors.js'
import type { Clock } from '../../../src-main/engine/ports/clock.js'

/** Its waits are over at once, and on it they have been. */
function hurriedClock(): { readonly clock: Clock; readonly waitsSeconds: number[] } {
  let nowMs = 0
  const waitsSeconds: number[] = []
  const clock: Clock = {
    nowMs: () => nowMs,
    after(ms, act) {
      waitsSeconds.push(Math.round(ms) / 1000)
      nowMs += ms + 1 // a wait is never over too early
      setImmediate(act)
      return () => undefined
    },
  }
  return { clock, waitsSeconds }
}

async function waitsOf(options: CeleryOptions): Promise<readonly number[]> {
  const { clock, waitsSeconds } = hurriedClock()
  const connect = (): Promise<never> => Promise.reject(new OperationalError('refused'))
  const app = new Celery('tasks', { broker_url: 'redis://127.0.0.1:1', ...options }, { clock, connect })
  await expect(app.sendTask('t', [], {}, { ignore_result: true })).rejects.toThrow(OperationalError)
  await app.close()
  return waitsSeconds
}

test('by default it waits 2 and 4 seconds, and gives up: broker_connection_timeout is over', async () => {
  expect(await waitsOf({})).toEqual([2, 4])
  expect(await waitsOf({ broker_connection_timeout: 1 })).toEqual([2])
  expect(await waitsOf({ task_publish_retry: false })).toEqual([2, 4])
})

test('max_retries, interval_start, interval_step and interval_max of broker_transport_options say otherwise', async () => {
  const waits = (options: NonNullable<CeleryOptions['broker_transport_options']>): Promise<readonly number[]> =>
    waitsOf({ broker_transport_options: options })
  expect(await waits({ max_retries: 0 })).toEqual([])
  expect(await waits({ max_retries: 1 })).toEqual([2])
  expect(await waits({ max_retries: 2, interval_start: 1 })).toEqual([1, 3])
  expect(await waits({ max_retries: 3, interval_start: 0, interval_step: 0.2, interval_max: 0.5 })).toEqual([
    0, 0.2, 0.4,
  ])
  expect(await waits({ interval_start: 0, interval_step: 0.1 })).toEqual([
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
  ])
})

test('connect_retries_timeout of newer kombu takes the place of broker_connection_timeout', async () => {
  expect(await waitsOf({ broker_transport_options: { connect_retries_timeout: 10 } })).toEqual([2, 4, 6])
})
