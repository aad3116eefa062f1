/** What is in flight is told from facts alone. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Fact, FeedItem } from '../../src-main/contract/feed.js'
import { WorkInFlight } from '../../src-main/desktop/work-in-flight.js'

let see: (fact: Fact) => void = () => undefined
let work: WorkInFlight
beforeEach(() => {
  vi.useFakeTimers()
  const before: FeedItem[] = []
  work = new WorkInFlight({
    lastSeq: 0,
    itemsAfter: () => before,
    onItem: (listener) => {
      see = (fact) => listener({ seq: 1, atMs: 0, fact })
      return () => (see = () => undefined)
    },
  })
})
afterEach(() => {
  work.stop()
  vi.useRealTimers()
})

const request = { requestId: 'r', method: 'POST', path: '/buy' } as const

test('a request without its response is in flight, however long it takes', () => {
  see({ kind: 'http-request', ...request })
  vi.advanceTimersByTime(20_000)
  expect(work.quietForMs()).toBe(0)
  see({ kind: 'http-response', ...request, status: 201, durationMs: 20_000, webPid: 7 })
  vi.advanceTimersByTime(700)
  expect(work.quietForMs()).toBe(700)
})

test('a busy pool process is in flight until its slot is free or it has died', () => {
  see({ kind: 'slot', worker: 'worker@1', pid: 5, taskId: 't' })
  vi.advanceTimersByTime(9000)
  expect(work.quietForMs()).toBe(0)
  see({
    kind: 'process-exited',
    process: 'worker@1/5',
    role: 'pool-process',
    pid: 5,
    code: null,
    signal: 'SIGKILL',
    expected: false,
  })
  vi.advanceTimersByTime(10)
  expect(work.quietForMs()).toBe(10)
})

test('a process is in flight until it is ready', () => {
  see({ kind: 'process-started', process: 'web', role: 'web', pid: 6 })
  vi.advanceTimersByTime(3000)
  expect(work.quietForMs()).toBe(0)
  see({ kind: 'process-ready', process: 'web', role: 'web', pid: 6 })
  vi.advanceTimersByTime(1)
  expect(work.quietForMs()).toBe(1)
})

test('memory and heartbeats do not disturb the quiet', () => {
  vi.advanceTimersByTime(5000)
  see({ kind: 'memory', process: 'web', pid: 6, rssBytes: 1 })
  expect(work.quietForMs()).toBe(5000)
})
