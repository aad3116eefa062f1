/** Facts, text and views reach the window in order, in batches, exactly once around a snapshot. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FeedItem } from '../../src-main/contract/feed.js'
import type { Push } from '../../src-main/contract/pushes.js'
import { PushFeed } from '../../src-main/desktop/push-feed.js'

let sent: Push[] = []
let feed: PushFeed
beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  feed = new PushFeed((push) => sent.push(push))
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const item = (seq: number): FeedItem => ({
  seq,
  atMs: seq,
  fact: { kind: 'message-acked', by: 'worker@1', deliveryTag: 'd', taskId: 't' },
})
const problem = { code: 'x', what: 'w', meaning: 'm', next: 'n' }
const settings = (theme: 'light' | 'dark') => () =>
  ({ kind: 'settings', view: { theme, layout: {}, reducedMotion: 'system' } }) as const

test('nothing is sent before the snapshot, except problems, which wait for it', () => {
  feed.item(item(1))
  feed.terminal('web', 'early', false)
  feed.problem(problem)
  vi.runAllTimers()
  expect(sent).toEqual([])
  feed.subscribe()
  vi.runAllTimers()
  expect(sent).toEqual([{ kind: 'problem', problem }])
})

test('items within 50 ms go out as one push, in order', () => {
  feed.subscribe()
  feed.item(item(1))
  vi.advanceTimersByTime(30)
  feed.item(item(2))
  expect(sent).toEqual([])
  vi.advanceTimersByTime(20)
  expect(sent).toEqual([{ kind: 'feed', items: [item(1), item(2)] }])
})

test('of several changes of one view the window gets the last, read when the batch goes out', () => {
  feed.subscribe()
  feed.view('settings', settings('light'))
  feed.view('settings', settings('dark'))
  vi.runAllTimers()
  expect(sent).toEqual([settings('dark')()])
})

test('a view that has not changed since the last push is not sent again, until the page loads anew', () => {
  feed.subscribe()
  for (let round = 0; round < 3; round++) {
    feed.view('settings', settings('light'))
    vi.runAllTimers()
  }
  expect(sent).toHaveLength(1)
  feed.subscribe()
  feed.view('settings', settings('light'))
  vi.runAllTimers()
  expect(sent).toHaveLength(2)
})

test('text of one terminal is joined, and a reset drops what came before it', () => {
  feed.subscribe()
  feed.terminal('worker@1', 'a', false)
  feed.terminal('web', 'w', false)
  feed.terminal('worker@1', 'b', true)
  feed.terminal('worker@1', 'c', false)
  vi.runAllTimers()
  expect(sent).toEqual([
    { kind: 'terminal', process: 'worker@1', text: 'bc', reset: true },
    { kind: 'terminal', process: 'web', text: 'w', reset: false },
  ])
})

test('of a flood the end is sent, from a line’s beginning, with the number of characters left out', () => {
  feed.subscribe()
  const line = `${'x'.repeat(99)}\n`
  for (let round = 0; round < 40; round++) feed.terminal('worker@1', line.repeat(1000), false)
  vi.runAllTimers()
  const [push] = sent
  if (push?.kind !== 'terminal') throw new Error('no terminal push')
  expect(push.reset).toBe(true)
  expect(push.text.length).toBeLessThan(210_000)
  expect(push.text.split('\n')[0]).toMatch(/^… 3,800,\d{3} characters came too fast to show …\r$/)
  expect(push.text.endsWith(line)).toBe(true)
})

test('a new snapshot takes in what was waiting, so it is not sent twice', () => {
  feed.subscribe()
  feed.item(item(1))
  feed.terminal('web', 'w', false)
  feed.subscribe()
  feed.item(item(2))
  vi.runAllTimers()
  expect(sent).toEqual([{ kind: 'feed', items: [item(2)] }])
})

test('a page that is loading again gets nothing until it asks, and problems wait for it', () => {
  feed.subscribe()
  feed.item(item(1))
  feed.unsubscribe()
  feed.problem(problem)
  vi.runAllTimers()
  expect(sent).toEqual([])
  feed.subscribe()
  vi.runAllTimers()
  expect(sent).toEqual([{ kind: 'problem', problem }])
})
