/** The trace of one task: which facts are its own, and the bars they make. */
import { describe, expect, it } from 'vitest'
import { itemsOfTask, traceBars, traceRows } from '../../../src-renderer/controls/trace-bars.js'
import { CHILD_A, CHILD_B, Story } from '../../support/window-preview/story.js'

describe('the trace of a task', () => {
  it('takes the facts that name the task, and its child’s freed slot, and nothing of another task', () => {
    const story = new Story(0)
      .publish('t')
      .publish('u')
      .takeEarly('t', CHILD_A)
      .takeEarly('u', CHILD_B)
      .finish('u', CHILD_B, 10, 'B')
      .finish('t', CHILD_A, 10, 'A')
    const kinds = itemsOfTask(story.items, 't').map(({ fact }) => fact.kind)
    expect(kinds).toEqual([
      'message-published',
      'message-reserved',
      'task-event',
      'message-acked',
      'slot',
      'task-event',
      'ledger-row',
      'result-stored',
      'slot',
      'task-event',
    ])
  })

  it('has a bar for the queue, the unacked box, the held list and the child, each with its end', () => {
    const story = new Story(1000).publish('t').wait(50).takeEarly('t', CHILD_A).finish('t', CHILD_A, 700, 'A')
    const bars = traceBars(itemsOfTask(story.items, 't'))
    expect(bars.map((bar) => [bar.kind, bar.endMs !== null])).toEqual([
      ['queue', true],
      ['unacked', true],
      ['held', true],
      ['child', true],
      ['mail', true],
      ['result', true],
    ])
    expect(bars.find((bar) => bar.kind === 'queue')).toMatchObject({ startMs: 1000, endMs: 1052 })
  })

  it('shows where a killed child ended it', () => {
    const story = new Story(0).publish('t').takeEarly('t', CHILD_A).wait(100).childDies(CHILD_A)
    expect(traceBars(itemsOfTask(story.items, 't')).at(-1)).toMatchObject({ kind: 'lost', text: 'ended by SIGKILL' })
  })

  it('a bar that lasts is drawn to the present moment', () => {
    const bars = traceBars(new Story(0).publish('t').items)
    expect(traceRows(bars, 500).rows[0]?.bars[0]).toMatchObject({ left: 0, width: 100 })
  })
})
