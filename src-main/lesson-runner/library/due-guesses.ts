/** Predictions of steps that are done, to be guessed again: those whose time has come, longest due first. */
import type { GuessView, StepPlace } from '../../contract/course-views.js'
import { viewQuestion } from '../session/lesson-views.js'
import type { Progress } from '../session/progress.js'
import { claimsOf, placeOf, type Shelf } from './course-library.js'

/** As many as one likes to answer at a time. */
const AT_MOST = 5

export function dueGuesses(
  shelves: readonly Shelf[],
  progress: Pick<Progress, 'step'>,
  nowMs: number,
): readonly GuessView[] {
  const due = shelves.flatMap((shelf) => claimsOf(shelf).flatMap((claim, at) => guessOf(shelf, at, placeOf(claim))))
  return due
    .sort((one, other) => one.dueAtMs - other.dueAtMs)
    .slice(0, AT_MOST)
    .map(({ guess }) => guess)

  function guessOf(
    { phase, lesson }: Shelf,
    at: number,
    place: StepPlace,
  ): readonly { readonly dueAtMs: number; readonly guess: GuessView }[] {
    const question = lesson.steps[at]?.lab.prediction
    const again = progress.step(phase.id, place.step).again
    if (question === undefined || again === undefined || again.dueAtMs > nowMs) return []
    return [{ dueAtMs: again.dueAtMs, guess: { place, question: viewQuestion(question, [], false) } }]
  }
}
