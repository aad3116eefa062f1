/** A terminal is a producer from its first line on: what it sends is counted as its own, and nobody else's is. */
import { expect, it } from 'vitest'
import { projectStage } from '../../../src-renderer/stage/stage-projection.js'
import { EMPTY_STAGE } from '../../../src-renderer/stage/stage-state.js'
import { sayStage } from '../../../src-renderer/words/say-stage.js'
import { drawStage } from '../../../src-renderer/stage/stage-lanes.js'
import { Story } from '../../support/window-preview/story.js'

const publishedBy = (by: string): Story['items'] => {
  const story = new Story(1_000_000)
    .webStarts()
    .tell({ kind: 'typed', terminal: 'python', line: 'send.delay(1)' })
    .publish('a')
  return story.items.map((item) =>
    item.fact.kind === 'message-published' ? { ...item, fact: { ...item.fact, by } } : item,
  )
}

it('counts what Python has sent, with its last line', () => {
  const state = projectStage(EMPTY_STAGE, publishedBy('python'))
  expect([...state.typed]).toEqual([
    ['python', { lastLine: 'send.delay(1)', sent: 1, lastTask: expect.stringContaining('send') as string }],
  ])
  expect(sayStage(state, drawStage(state))).toContain('Terminal python: last line send.delay(1); 1 message sent')
})

it('does not count what the web app sends', () => {
  expect(projectStage(EMPTY_STAGE, publishedBy('web')).typed.get('python')).toMatchObject({ sent: 0, lastTask: null })
})

it('begins anew with a step', () => {
  const before = projectStage(EMPTY_STAGE, publishedBy('python'))
  const reset = { kind: 'stage-reset', lesson: 'l', step: 's' } as const
  const items = [{ seq: before.lastSeq + 1, atMs: before.atMs, fact: reset }]
  expect(projectStage(before, items).typed.size).toBe(0)
})
