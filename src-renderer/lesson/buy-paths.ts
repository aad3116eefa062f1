/** Which addresses of the learner's web app can be bought from: those that the lesson's own buttons name, and those seen in requests. */
import type { LessonView } from '../../src-main/contract/views.js'

export const DEFAULT_BUY_PATH = '/buy'

export function buyPaths(lesson: LessonView | null, requested: readonly string[]): readonly string[] {
  const open = lesson?.steps.find((step) => step.id === lesson.stepId)
  const steps = lesson === null ? [] : open === undefined ? lesson.steps : [open, ...lesson.steps]
  const named = steps.flatMap((step) => step.actions.flatMap((action) => (action.do === 'buy' ? [action.path] : [])))
  const paths = [...new Set([...named, ...requested])]
  return paths.length === 0 ? [DEFAULT_BUY_PATH] : paths
}
