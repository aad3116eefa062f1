/** `run-marked`: the learner found the run in a crontab's table that is odd, as the schedule itself confirmed. Wrong marks do no harm. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const runMarkedCheck = v.strictObject({
  kind: v.literal('run-marked'),
  as: v.picklist(['twice', 'left-out']),
})
export type RunMarkedCheck = v.InferOutput<typeof runMarkedCheck>

const WORDS = { twice: 'the run that comes twice', 'left-out': 'the run before which one was left out' } as const

export function watchRunMarked({ as }: RunMarkedCheck): Watch {
  let wrong = 0
  let found: string | null = null
  return {
    see({ fact }) {
      if (fact.kind !== 'run-marked' || fact.as !== as) return
      if (fact.correct) found = `${fact.clock} of ${fact.crontab} in ${fact.zone}`
      else wrong += 1
    },
    verdict() {
      if (found !== null) return { passed: true, observed: `Found: ${found}.` }
      const tried = wrong === 0 ? 'No run marked yet' : `${counted(wrong, 'other run')} marked`
      return { passed: false, observed: `${tried}. Waiting for ${WORDS[as]}.` }
    },
  }
}
