/** Links that open a phase or a step from outside the app: `celery-from-zero://phase/5/step/6`. Written here, read in desktop/deep-links.ts. */

export const DEEP_LINK_SCHEME = 'celery-from-zero'

/** By numbers, as they are shown to the learner; both count from 1. */
export interface CoursePlace {
  readonly phase: number
  /** Null: where the learner left off in that phase. */
  readonly step: number | null
}

export function linkTo({ phase, step }: CoursePlace): string {
  return `${DEEP_LINK_SCHEME}://phase/${phase}${step === null ? '' : `/step/${step}`}`
}
