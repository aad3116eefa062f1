/** The tour is short, and every stop is a pane of the window. */
import { expect, it } from 'vitest'
import { sourceFiles } from '../architecture/source-files.js'
import { TOUR_STOPS } from '../../src-renderer/tour/tour-stops.js'

it('has at most five stops, each with few words, each at a pane that a component has', () => {
  const components = sourceFiles('src-renderer')
    .filter(({ path }) => path.endsWith('.svelte'))
    .map(({ text }) => text)
    .join('\n')
  expect(TOUR_STOPS.length).toBeLessThanOrEqual(5)
  for (const { pane, text } of TOUR_STOPS) {
    expect(components).toContain(`data-pane="${pane}"`)
    expect(text.length).toBeLessThan(180)
  }
})
