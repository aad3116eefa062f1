import { expect, it } from 'vitest'
import {
  PrefetchWindow,
  type PrefetchWindowParts,
} from '../../../../src-main/engine/worker/consumer/prefetch-window.js'

function windowOf(given: Partial<PrefetchWindowParts> = {}) {
  const told: string[] = []
  const window = new PrefetchWindow({
    count: 8,
    multiplier: 4,
    etaTaskLimit: null,
    reducesAfterLoss: true,
    onChange: () => {},
    log: { info: (text) => told.push(text) },
    ...given,
  })
  return { window, told }
}

it('after a loss it is smaller by what runs, at least one share, and comes back share by share', () => {
  const { window, told } = windowOf({ count: 16 })
  window.reduceAfterLoss(2)
  expect(window.count).toBe(8)
  expect(window.isToBeRestored).toBe(true)
  window.restoreOneShare()
  expect([window.count, window.isToBeRestored]).toEqual([12, true])
  window.restoreOneShare()
  expect([window.count, window.isToBeRestored]).toEqual([16, false])
  window.restoreOneShare()
  expect(told).toEqual([
    'Temporarily reducing the prefetch count to 8 to avoid over-fetching since 2 tasks are currently being processed.\nThe prefetch count will be gradually restored to 16 as the tasks complete processing.',
    'Resuming normal operations following a restart.\nPrefetch count has been restored to the maximum of 16',
  ])
  window.reduceAfterLoss(9)
  expect(window.count).toBe(4)
})

it('is not reduced when nothing runs, or when the setting says so, or when it has no limit', () => {
  for (const [given, running] of [
    [{}, 0],
    [{ reducesAfterLoss: false }, 2],
    [{ count: 0 }, 2],
  ] as const) {
    const { window, told } = windowOf(given)
    const before = window.count
    window.reduceAfterLoss(running)
    expect([window.count, window.isToBeRestored, told]).toEqual([before, false, []])
  }
})

it('what waited for its eta has left it after a loss', () => {
  const { window } = windowOf()
  window.grow()
  window.grow()
  expect(window.count).toBe(10)
  window.reduceAfterLoss(0)
  expect(window.count).toBe(8)
})

it('worker_eta_task_limit bounds the whole window from the first eta on, as in the recording prefetch-eta-limit', () => {
  const { window } = windowOf({ etaTaskLimit: 2 })
  const counts = [window.count]
  for (const move of ['grow', 'grow', 'shrink', 'shrink', 'shrink'] as const) {
    window[move]()
    counts.push(window.count)
  }
  expect(counts).toEqual([8, 2, 2, 1, 1, 1])
})
