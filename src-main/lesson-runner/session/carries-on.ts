/** Whether the learner's files go on into another step as they are, or the step's own files take their place. */
import type { Step } from '../format/lesson.js'

export interface Journey {
  readonly from: Step
  readonly to: Step
  /** The learner's present files have turned this step green. */
  readonly solved: (step: Step) => boolean
}

/** Yes when going forward, when no step on the way brings files of its own or is in another language, and when every step that asks for an edit has got it. */
export function carriesOn(steps: readonly Step[], { from, to, solved }: Journey): boolean {
  const start = steps.indexOf(from)
  const end = steps.indexOf(to)
  if (end < start) return false
  if (steps.slice(start + 1, end + 1).some((step) => step.setsFiles || step.language !== from.language)) return false
  return steps.slice(start, end).every((step) => Object.keys(step.solution).length === 0 || solved(step))
}
