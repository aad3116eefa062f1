/** The run behind a card, in words. */
import { expect, it } from 'vitest'
import type { Fact, FeedItem } from '../../../src-main/contract/feed.js'
import { sayRun } from '../../../src-renderer/library/said-run.js'

const item = (seq: number, atMs: number, fact: unknown): FeedItem => ({ seq, atMs, fact: fact as Fact })

it('says each fact with the time since the first, and leaves out what has no words', () => {
  const said = sayRun([
    item(7, 1000, { kind: 'http-request', requestId: 'r', method: 'POST', path: '/buy' }),
    item(8, 1200, { kind: 'queue-lengths', queues: {}, unacked: 0 }),
    item(9, 1500, { kind: 'message-acked', by: 'worker@1', deliveryTag: 't', taskId: 'abcdef' }),
  ])
  expect(said.map(({ seq, sinceMs }) => [seq, sinceMs])).toEqual([
    [7, 0],
    [9, 500],
  ])
  expect(said[1]?.text).toContain('acked abcd')
})

it('copes with facts that another version has kept', () => {
  const said = sayRun([
    item(1, 0, { kind: 'something-newer', id: 1 }),
    item(2, 5, { kind: 'message-published' }),
    item(3, 9, { kind: 'file-saved', file: 'tasks.py', fingerprint: 'x' }),
  ])
  expect(said.map(({ text }) => text)).toEqual(['tasks.py was saved'])
})
