/** Scenes for the preview: what had happened before the window opened, and what happens while it is looked at. */
import type { FeedItem } from '../../../src-main/contract/feed.js'
import { CHILD_A, CHILD_B, Story, WEB_PID } from './story.js'

const HEADS = ['7b1e44a0', '02c951d0', '9f40e8f2', 'c3aa9c3b', '51d0b7e6', 'e8f21a4d', '44a0c7d8', '9c3b02f1']

export const id = (n: number): string =>
  `${n < 8 ? (HEADS[n] ?? '') : ((n * 2_654_435_761) % 0xffffffff).toString(16).padStart(8, '0')}-4c2e-4f00-9f00-${String(n).padStart(12, '0')}`

export interface Told {
  readonly before: readonly FeedItem[]
  readonly after: readonly (readonly FeedItem[])[]
}

export function tellScene(scene: string, nowMs: number): Told {
  const story = new Story(nowMs - 16_000)
  if (scene === 'starting' || scene === 'failed') return { before: [], after: [] }
  story.webStarts().workerStarts().tell({ kind: 'stage-reset', lesson: '01-what-and-why', step: 'one' })
  if (scene === 'inline') return { before: inlineFive(story).items, after: [] }
  if (scene === 'burst') return { before: burst(story).items, after: [] }
  busy(story)
  if (scene === 'dead') story.wait(300).workerDies().lengths(2, 0)
  const cut = story.items.length - 6
  return { before: story.items.slice(0, cut), after: story.items.slice(cut).map((item) => [item]) }
}

function busy(story: Story): void {
  story.request('r1', '/buy', 200, 4100).mail('A-17', null, WEB_PID)
  story
    .wait(500)
    .request('r2', '/buy-later', 202, 14)
    .publish(id(1))
    .takeEarly(id(1), CHILD_A)
    .finish(id(1), CHILD_A, 700, 'A-18')
  story
    .request('r3', '/buy-later', 202, 11)
    .publish(id(2))
    .takeEarly(id(2), CHILD_B)
    .finish(id(2), CHILD_B, 1900, 'A-19')
    .mail('A-19', id(2), CHILD_B)
  story.request('r4', '/buy-later', 202, 9).publish(id(3)).publish(id(4)).publish(id(5)).publish(id(6))
  story.takeEarly(id(3), CHILD_A).takeEarly(id(4), CHILD_B)
  story.wait(2).reserve(id(5)).event('task-received', id(5))
  story.wait(20).publish(id(7)).publish(id(8)).lengths(3, 1)
  story.tell({ kind: 'memory', process: 'worker@1', pid: 40101, rssBytes: 308 * 1024 * 1024 })
}

function inlineFive(story: Story): Story {
  for (let n = 1; n <= 5; n += 1)
    story.tell({ kind: 'http-request', requestId: `r${String(n)}`, method: 'POST', path: '/buy' })
  for (let n = 1; n <= 5; n += 1) {
    story
      .wait(2050)
      .mail(`A-2${String(n)}`, null, WEB_PID)
      .wait(20)
    story.tell({
      kind: 'http-response',
      requestId: `r${String(n)}`,
      method: 'POST',
      path: '/buy',
      status: 200,
      durationMs: n * 2070,
      webPid: WEB_PID,
    })
  }
  return story
}

function burst(story: Story): Story {
  for (let n = 0; n < 120; n += 1) story.publish(id(n))
  for (let n = 0; n < 8; n += 1) story.reserve(id(n)).event('task-received', id(n))
  return story.slot(CHILD_A, id(0)).slot(CHILD_B, id(1)).lengths(112, 8)
}
