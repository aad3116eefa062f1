/** What can be broken now: what is wrong can be ended, what is not wrong can begin, and what cannot be taken back is marked. */
import { expect, it } from 'vitest'
import {
  apiCards,
  commitSpeedCards,
  faultCards,
  mailCards,
  mailSpeedCards,
} from '../../../src-renderer/words/fault-cards.js'
import { labView } from '../../support/window-preview/views.js'

const lab = labView('busy')
const titles = (cards: readonly { readonly title: string }[]): readonly string[] => cards.map(({ title }) => title)

it('offers to end what is wrong with the API, and to begin what is not', () => {
  const well = { running: true, latencyMs: 50, failureRate: 0, limitPerSecond: 0 }
  expect(titles(apiCards(well))).toEqual([
    'Stop seat-map API',
    'Flaky API',
    'Slow API: 60 s a call',
    'API limit: 5 calls a second',
  ])
  const sick = { running: false, latencyMs: 60_000, failureRate: 0.5, limitPerSecond: 5 }
  expect(titles(apiCards(sick)).slice(0, 4)).toEqual([
    'Start seat-map API',
    'API answers again',
    'API at full speed',
    'API without a limit',
  ])
})

it('offers the other speeds only', () => {
  expect(titles(commitSpeedCards({ ...lab, db: { commitDelayMs: 2000 } }))).toEqual([
    'Database at full speed',
    'Slow database: 6 s a commit',
  ])
  expect(titles(mailSpeedCards({ ...lab, mail: { running: true, delayMs: 0 } }))).toEqual([
    'Slow mail server: 4 s a mail',
    'Slow mail server: 10 s a mail',
  ])
})

it('marks what ends a process or drops what is stored, and nothing that can be taken back', () => {
  const all = [...faultCards(lab), ...mailCards(lab), ...mailSpeedCards(lab), ...apiCards(lab.api)]
  const red = new Set(all.filter(({ danger }) => danger).map(({ order }) => order.kind))
  expect([...red].sort()).toEqual(['bounce-redis', 'flush-results', 'kill-child', 'kill-worker', 'stop-redis'])
})
