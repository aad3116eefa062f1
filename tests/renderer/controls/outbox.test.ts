/** The outbox: one card a mail, doubles on one card. */
import { expect, it } from 'vitest'
import { EMPTY_OUTBOX, projectOutbox } from '../../../src-renderer/controls/outbox.js'
import { CHILD_A, Story } from '../../support/window-preview/story.js'

it('two mails with one key are one card marked ×2, newest first', () => {
  const story = new Story(0).mail('A', 't', CHILD_A).mail('B', 'u', CHILD_A).wait(5).mail('A', 't', CHILD_A)
  expect(projectOutbox(EMPTY_OUTBOX, story.items).map((mail) => [mail.key, mail.times])).toEqual([
    ['A', 2],
    ['B', 1],
  ])
})

it('a mail that was given up does not count as delivered', () => {
  const story = new Story(0)
  story
    .tell({
      kind: 'ledger-row',
      effect: 'mail',
      key: 'A',
      summary: 'x',
      to: null,
      taskId: null,
      pid: 1,
      attempt: null,
      refused: true,
    })
    .mail('A', 't', CHILD_A)
  expect(projectOutbox(EMPTY_OUTBOX, story.items).map((mail) => [mail.refused, mail.times])).toEqual([
    [false, 1],
    [true, 1],
  ])
})
