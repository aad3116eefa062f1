/** Which pitfalls a list shows: those with every word that was typed, met in a lesson or not. Pure. */
import type { PitfallGroupView, PitfallView } from '../../src-main/contract/course-views.js'
import { plainText } from '../words/plain-text.js'

export type Shown = 'all' | 'met' | 'not-met'

export function filterPitfalls(
  groups: readonly PitfallGroupView[],
  query: string,
  shown: Shown,
): readonly PitfallGroupView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return groups
    .map(({ title, pitfalls }) => ({ title, pitfalls: pitfalls.filter((one) => fits(one, words, shown)) }))
    .filter((group) => group.pitfalls.length > 0)
}

function fits(pitfall: PitfallView, words: readonly string[], shown: Shown): boolean {
  const met = pitfall.metIn.length > 0
  if (shown !== 'all' && met !== (shown === 'met')) return false
  const { number, symptom, cause, fix } = pitfall
  const text = plainText(`${number} ${symptom} ${cause} ${fix}`).toLowerCase()
  return words.every((word) => text.includes(word))
}
