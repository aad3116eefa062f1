/** Where each pitfall is met: the claims of all steps of the course, turned round. Pure. Also writes docs/PITFALLS.md from it. */
import { MalformedLesson } from './malformed-lesson.js'
import type { Pitfall, PitfallGroup } from './pitfalls.js'

/** What this needs to know of a step. */
export interface ClaimingStep {
  readonly phase: { readonly number: number; readonly id: string }
  readonly id: string
  /** Its place in the phase, from 1. */
  readonly number: number
  readonly title: string
  readonly pitfalls: readonly number[]
}

export interface PlacedPitfall extends Pitfall {
  readonly metIn: readonly ClaimingStep[]
}

export interface PlacedGroup {
  readonly title: string
  readonly pitfalls: readonly PlacedPitfall[]
}

/** Refuses a claim of an entry that does not exist, and one of an entry that says why it is not shown. */
export function placePitfalls(groups: readonly PitfallGroup[], steps: readonly ClaimingStep[]): readonly PlacedGroup[] {
  const known = new Map(groups.flatMap((group) => group.pitfalls).map((pitfall) => [pitfall.number, pitfall]))
  for (const step of steps) {
    for (const number of step.pitfalls) {
      const file = `lessons/${step.phase.id}/${step.id}/lab.json`
      const claimed = known.get(number)
      if (claimed === undefined)
        throw new MalformedLesson(
          file,
          1,
          `“pitfalls” names ${number}; expected a number that lessons/pitfalls.json has, 1 to ${known.size}`,
        )
      if (claimed.whyNot !== undefined)
        throw new MalformedLesson(
          file,
          1,
          `“pitfalls” names ${number}, which says in lessons/pitfalls.json why it is not shown (“whyNot”); expected one of the two to go`,
        )
    }
  }
  return groups.map(({ title, pitfalls }) => ({
    title,
    pitfalls: pitfalls.map((pitfall) => ({
      ...pitfall,
      metIn: steps.filter((step) => step.pitfalls.includes(pitfall.number)),
    })),
  }))
}

/** docs/PITFALLS.md: the same list for reading outside the app. */
export function pitfallsPage(groups: readonly PlacedGroup[]): string {
  const parts = [
    '# What bites users of Celery',
    'Written from `lessons/pitfalls.json` and from the steps that claim its entries; `tests/lessons/pitfalls.test.ts` keeps it true. An entry is *met* in a step when the symptom happens there before the learner’s eyes, or is mended there.',
  ]
  for (const group of groups) {
    parts.push(`## ${group.title}`)
    for (const pitfall of group.pitfalls) {
      parts.push(`### ${pitfall.number}. ${pitfall.symptom}`)
      parts.push(`**Why.** ${pitfall.cause}`, `**What helps.** ${pitfall.fix}`, `**Met in:** ${sayPlaces(pitfall)}`)
    }
  }
  return `${parts.join('\n\n')}\n`
}

function sayPlaces({ metIn, whyNot }: PlacedPitfall): string {
  if (metIn.length > 0)
    return metIn.map(({ phase, number, title }) => `phase ${phase.number}, step ${number}: ${title}`).join('; ')
  return whyNot === undefined ? 'not yet met in a lesson.' : `no step. ${whyNot}`
}
