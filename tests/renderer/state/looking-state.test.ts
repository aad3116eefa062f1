/** Looking: told to main as a fact, shown at once, and following what "Show me" looks at. */
import { expect, it } from 'vitest'
import type { FeedItem } from '../../../src-main/contract/feed.js'
import type { Ask } from '../../../src-renderer/bridge/bridge.js'
import { projectStage } from '../../../src-renderer/stage/stage-projection.js'
import { EMPTY_STAGE } from '../../../src-renderer/stage/stage-state.js'
import { LookingState, partsPointedAt } from '../../../src-renderer/state/looking-state.svelte.js'
import { CHILD_A, Story, WORKER } from '../../support/window-preview/story.js'

function looking(story: Story): { state: LookingState; asked: unknown[] } {
  const asked: unknown[] = []
  const ask = ((name: string, input: unknown) => {
    asked.push([name, input])
    return Promise.resolve({ ok: true, value: null })
  }) as Ask
  return { state: new LookingState(ask, () => projectStage(EMPTY_STAGE, story.items)), asked }
}

const shown = (what: 'message' | 'pool-process' | 'pause', id: string, by: 'learner' | 'show-me'): FeedItem => ({
  seq: 1000,
  atMs: 0,
  fact: { kind: 'looked-at', what, id, by },
})

it('a pause keeps the picture of its moment, whatever happens after', () => {
  const story = new Story(0).webStarts().publish('t')
  const { state, asked } = looking(story)
  state.pause(true)
  story.publish('u')
  expect([...(state.frozen?.tiles.keys() ?? [])]).toEqual(['tag-t'])
  state.pause(false)
  expect(state.frozen).toBeNull()
  expect(asked).toEqual([
    ['lab.looked-at', { what: 'pause', id: 'on' }],
    ['lab.looked-at', { what: 'pause', id: 'off' }],
  ])
})

it('what "Show me" opens is opened in the window; what the learner opened is not opened a second time', () => {
  const story = new Story(0).workerStarts().publish('t')
  const { state } = looking(story)
  expect(state.follow([shown('message', 'tag-t', 'show-me')])).toBe('t')
  expect(state.follow([shown('message', 'tag-t', 'learner')])).toBeNull()
  state.follow([shown('pool-process', String(CHILD_A), 'show-me')])
  expect(state.process).toEqual({ worker: WORKER, pid: CHILD_A })
  state.follow([shown('pause', 'on', 'learner')])
  expect(state.frozen).toBeNull()
  state.follow([shown('pause', 'on', 'show-me')])
  expect(state.frozen).not.toBeNull()
  state.clear()
  expect([state.process, state.frozen]).toEqual([null, null])
})

it('the pieces of one message that were pointed at, the latest last', () => {
  const point = (id: string, part: string): FeedItem => ({
    seq: 1,
    atMs: 0,
    fact: { kind: 'looked-at', what: 'message', id, part, by: 'learner' },
  })
  const items = [point('a', 'headers.task'), point('b', 'headers.id'), point('a', 'body.args')]
  expect(partsPointedAt(items, 'a')).toEqual(['headers.task', 'body.args'])
})
