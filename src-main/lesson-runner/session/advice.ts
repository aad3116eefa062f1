/** What a learner's answers speak for: every option names what it is a voice for, and the two with the most voices are shown. Pure. */
import type { AdviceView } from '../../contract/views.js'
import type { LabJson } from '../format/lab-json.js'

const SHOWN = 2

/** Empty until every question has an answer. */
export function adviceFor(
  { advice, questions }: Pick<LabJson, 'advice' | 'questions'>,
  answers: Readonly<Record<string, readonly string[]>>,
): readonly AdviceView[] {
  if (advice.length === 0 || questions.some(({ id }) => (answers[id] ?? []).length === 0)) return []
  const chosen = questions.flatMap(({ id, options }) => options.filter((option) => answers[id]?.includes(option.id)))
  const voices = advice.map(({ id, title, text }) => ({
    title,
    text,
    because: chosen.filter((option) => option.speaksFor?.includes(id) === true).map((option) => option.text),
  }))
  // Of two with as many voices the one that stands first in the lesson: sort() keeps their order.
  return voices.sort((one, other) => other.because.length - one.because.length).slice(0, SHOWN)
}
