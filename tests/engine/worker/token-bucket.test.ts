import { expect, it } from 'vitest'
import { ratePerSecond } from '../../../src-main/engine/control/rate.js'
import { TokenBucket } from '../../../src-main/engine/worker/token-bucket.js'
import { HeldClock } from '../../support/held-clock.js'

/** Starts of `count` that come `waitedMs` after the bucket was made, in milliseconds after they came. */
function starts(limit: string, count: number, waitedMs: number): readonly number[] {
  const clock = new HeldClock(0)
  const bucket = new TokenBucket(ratePerSecond(limit), clock)
  clock.advance(waitedMs)
  const times: number[] = []
  for (let n = 0; n < count; n++) bucket.admit(() => times.push(clock.nowMs() - waitedMs))
  clock.advance(60_000)
  return times
}

it('10/m as recorded: the second one comes early by the time the bucket stood full', () => {
  // The worker was up for 5.1 s: 0, +0.9, +6.9, +12.9
  expect(starts('10/m', 4, 5_100)).toEqual([0, 900, 6_900, 12_900])
})

it('2/s as recorded: two at once, then one every half second', () => {
  expect(starts('2/s', 6, 5_100)).toEqual([0, 0, 500, 1_000, 1_500, 2_000])
})

it('a bucket that is emptied starts nothing more', () => {
  const clock = new HeldClock(0)
  const bucket = new TokenBucket(1, clock)
  const started: string[] = []
  bucket.admit(() => started.push('a'))
  bucket.admit(() => started.push('b'))
  bucket.clear()
  clock.advance(10_000)
  expect([started, clock.pending]).toEqual([['a'], 0])
})

it('rates are read as Celery reads them, and refused in Python words', () => {
  expect(['10/m', '2/s', '3600/h', '5', 4, 0, null, '0'].map(ratePerSecond)).toEqual([1 / 6, 2, 1, 5, 4, 0, 0, 0])
  expect(() => ratePerSecond('xx')).toThrow("could not convert string to float: 'xx'")
  expect(() => ratePerSecond('5/x')).toThrow('x')
})
