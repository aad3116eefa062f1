/** Every kind of fact in words: what it says, which source it names, and what is left out as noise. */
import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../src-main/contract/feed.js'
import { sayFact } from '../../../src-renderer/words/say-fact.js'
import { sayDuration, saySize } from '../../../src-renderer/words/say-task.js'
import { CHILD_A, Story, WORKER } from '../../support/window-preview/story.js'

const last = (story: Story): Fact => {
  const item = story.items.at(-1)
  if (item === undefined) throw new Error('the story told nothing')
  return item.fact
}
const say = (story: Story): string | null => sayFact(last(story))?.text ?? null
const story = (): Story => new Story(0)

describe('a fact in words', () => {
  it.each([
    [story().publish('abcdef'), 'web published send_confirmation abcd to celery (842 B)'],
    [
      story().publish('abcdef', 'x', { redelivered: true }),
      'web published send_confirmation abcd to celery (842 B, delivered before)',
    ],
    [story().publish('abcdef', 'x', { retries: 2 }), 'web published send_confirmation abcd to celery (842 B, retry 2)'],
    [story().reserve('abcdef'), 'worker@1 took send_confirmation abcd: now unacked'],
    [story().ack('abcdef'), 'worker@1 acked abcd: the broker has forgotten it'],
    [story().stored('abcdef'), 'worker@1 stored SUCCESS for abcd: "sent"'],
    [story().event('task-succeeded', 'abcdef', { runtime: 0.7 }), 'abcd succeeded in 700 ms'],
    [story().event('task-failed', 'abcdef', { exception: 'ValueError(1)' }), 'abcd failed: ValueError(1)'],
    [story().workerDies(), 'worker@1 (pid 40101) ended by SIGKILL'],
    [story().childDies(CHILD_A), 'A child of worker@1 (pid 40112) ended by SIGKILL'],
    [story().slot(CHILD_A, 'abcdef'), 'pid 40112 of worker@1 runs abcd'],
    [story().request('r', '/buy', 500, 4112), 'POST /buy answered 500 after 4.1 s'],
    [story().mail('A-17', 'abcdef', CHILD_A), 'Mail done by pid 40112: Your ticket A-17'],
    [
      story().tell({ kind: 'fault', order: { kind: 'kill-worker', worker: WORKER }, phase: 'started' }),
      'You broke something: kill -9 worker@1',
    ],
    [story().tell({ kind: 'stage-reset', lesson: 'one', step: 'two' }), 'The start of step two was set up'],
  ])('%#', (told, words) => {
    expect(say(told)).toBe(words)
  })

  it.each([
    [story().lengths(1, 2)],
    [story().slot(CHILD_A, null)],
    [story().tell({ kind: 'memory', process: WORKER, pid: 1, rssBytes: 1 })],
    [
      story().tell({
        kind: 'worker-event',
        type: 'worker-heartbeat',
        hostname: 'celery@worker1',
        pid: 1,
        clock: 1,
        fields: {},
      }),
    ],
    [story().tell({ kind: 'log-line', process: WORKER, stream: 'stdout', level: 'INFO', text: 'x' })],
  ])('noise %# is left out', (told) => {
    expect(sayFact(last(told))).toBeNull()
  })

  it('names the task, so that a press on it selects that task', () => {
    expect(sayFact(last(story().ack('abcdef')))).toMatchObject({ taskId: 'abcdef', source: 'wire' })
  })

  it('a failed request and a killed process are bad, a slow request is a warning', () => {
    expect(sayFact(last(story().request('r', '/buy', 500, 5)))?.mood).toBe('bad')
    expect(sayFact(last(story().request('r', '/buy', 200, 5000)))?.mood).toBe('warn')
    expect(sayFact(last(story().workerDies()))?.mood).toBe('bad')
  })
})

describe('numbers in words', () => {
  it.each([
    [0, '0 ms'],
    [14.4, '14 ms'],
    [999, '999 ms'],
    [4112, '4.1 s'],
    [12_000, '12 s'],
    [75_000, '1 min 15 s'],
    [-5, '0 ms'],
  ])('%d ms is "%s"', (ms, words) => {
    expect(sayDuration(ms)).toBe(words)
  })

  it.each([
    [842, '842 B'],
    [2048, '2.0 kB'],
    [308 * 1024 * 1024, '308 MB'],
  ])('%d bytes is "%s"', (bytes, words) => {
    expect(saySize(bytes)).toBe(words)
  })
})
