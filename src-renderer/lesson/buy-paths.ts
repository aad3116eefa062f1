/** Which addresses of the learner's web app can be bought from: those that the lesson's own buttons name, and those that have taken a POST. */
import type { LessonView } from '../../src-main/contract/views.js'
import type { StageRequest } from '../stage/stage-state.js'

export const DEFAULT_BUY_PATH = '/buy'

/** What an address answers that knows no POST, or is not there. */
const NOT_FOR_SALE = [404, 405]

type Request = Pick<StageRequest, 'method' | 'path' | 'status'>

export function buyPaths(lesson: LessonView | null, requests: readonly Request[]): readonly string[] {
  const open = lesson?.steps.find((step) => step.id === lesson.stepId)
  const steps = lesson === null ? [] : open === undefined ? lesson.steps : [open, ...lesson.steps]
  const actions = steps.flatMap((step) => step.actions)
  const named = actions.flatMap((action) => (action.do === 'buy' ? [action.path] : []))
  const visited = actions.flatMap((action) => (action.do === 'visit' ? [action.path] : []))
  const taken = requests
    .filter(({ method, status }) => method === 'POST' && status !== null && !NOT_FOR_SALE.includes(status))
    .map(({ path }) => path)
    .filter((path) => !visited.includes(path))
  const paths = [...new Set([...named, ...taken])]
  return paths.length === 0 ? [DEFAULT_BUY_PATH] : paths
}
