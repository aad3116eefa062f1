import { expect, it } from 'vitest'
import { Autoscaler } from '../../../src-main/engine/worker/autoscale.js'
import { HeldClock } from '../../support/held-clock.js'

function autoscaler(max: number, min: number) {
  const clock = new HeldClock(0)
  const said: string[] = []
  const windows: number[] = []
  const load = { reserved: 0 }
  const pool = {
    size: min,
    grow: (by: number) => void (pool.size += by),
    shrink: (by: number) => void (pool.size -= by),
  }
  const log = { info: (text: string) => void said.push(text), debug: () => {} }
  const reserved = (): number => load.reserved
  const onMaxChanged = (by: number): void => void windows.push(by)
  return {
    scaler: new Autoscaler({ max, min }, { pool, reserved, onMaxChanged, clock, log }),
    clock,
    said,
    windows,
    load,
    pool,
  }
}

it('grows with what waits, but not above its limit', () => {
  const { scaler, load, pool, said } = autoscaler(3, 1)
  load.reserved = 9
  scaler.maybeScale()
  expect([pool.size, said]).toEqual([3, ['Scaling up 2 processes.']])
})

it('shrinks when it has not grown for half a minute', () => {
  const { scaler, clock, load, pool } = autoscaler(3, 1)
  scaler.start()
  load.reserved = 3
  scaler.maybeScale()
  load.reserved = 0
  scaler.maybeScale()
  expect(pool.size).toBe(3)
  clock.advance(60_000)
  expect(pool.size).toBe(1)
  scaler.stop()
  expect(clock.pending).toBe(0)
})

it('new limits take effect at once, and the prefetch window follows the upper one', () => {
  const { scaler, pool, windows } = autoscaler(3, 1)
  expect(scaler.update(4, 2)).toEqual({ max: 4, min: 2 })
  expect([pool.size, windows]).toEqual([2, [1]])
  expect(scaler.update(1, null)).toEqual({ max: 1, min: 2 })
  expect(pool.size).toBe(1)
})
