/** A wait of weeks is one: Node's own timers take what is longer than 24 days for no time at all. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src-main/engine/ports/system.js'

const dayMs = 24 * 3600 * 1000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a time limit of sixty days is over after sixty days', () => {
  const run = vi.fn()
  systemClock.after(60 * dayMs, run)
  vi.advanceTimersByTime(60 * dayMs - 1)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledOnce()
  expect(vi.getTimerCount()).toBe(0)
})

test('it can be given up at any time', () => {
  const run = vi.fn()
  const cancel = systemClock.after(60 * dayMs, run)
  vi.advanceTimersByTime(30 * dayMs)
  cancel()
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(60 * dayMs)
  expect(run).not.toHaveBeenCalled()
})
