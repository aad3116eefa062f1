/** `answered`: questions of the step that have an answer, whichever: questions about the learner's own work have no wrong one. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const answeredCheck = v.strictObject({
  kind: v.literal('answered'),
  questions: v.pipe(v.array(v.string()), v.minLength(1)),
})
export type AnsweredCheck = v.InferOutput<typeof answeredCheck>

export function watchAnswered({ questions }: AnsweredCheck): Watch {
  const answered = new Set<string>()
  return {
    see({ fact }) {
      if (fact.kind !== 'answer' || !questions.includes(fact.question)) return
      if (fact.choice.length > 0) answered.add(fact.question)
      else answered.delete(fact.question)
    },
    verdict() {
      const passed = answered.size === questions.length
      const numbers = `${counted(answered.size, 'question')} answered`
      return { passed, observed: passed ? `${numbers}.` : `${numbers}. Waiting for all ${questions.length}.` }
    },
  }
}
