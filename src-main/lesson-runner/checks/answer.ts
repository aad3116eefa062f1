/** `answer`: questions of the step whose last answer is right. The right choices come from the step's own questions. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const answerCheck = v.strictObject({
  kind: v.literal('answer'),
  questions: v.pipe(v.array(v.string()), v.minLength(1)),
})
export type AnswerCheck = v.InferOutput<typeof answerCheck>

/** Question id → ids of its right options. */
export type RightAnswers = ReadonlyMap<string, readonly string[]>

export function watchAnswer(wanted: AnswerCheck, rightAnswers: RightAnswers): Watch {
  const outcomes = new Map<string, boolean>()
  return {
    see({ fact }) {
      if (fact.kind !== 'answer' || !wanted.questions.includes(fact.question)) return
      outcomes.set(fact.question, isRight(fact.choice, rightAnswers.get(fact.question) ?? []))
    },
    verdict() {
      const right = [...outcomes.values()].filter((outcome) => outcome).length
      const wrong = outcomes.size - right
      const open = wanted.questions.length - outcomes.size
      if (right === wanted.questions.length) return { passed: true, observed: `${counted(right, 'answer')} right.` }
      const parts = [`${right} of ${wanted.questions.length} right`]
      if (wrong > 0) parts.push(`${wrong} to think over again`)
      if (open > 0) parts.push(`${open} not answered yet`)
      return { passed: false, observed: `${parts.join(', ')}.` }
    },
  }
}

export function isRight(choice: readonly string[], right: readonly string[]): boolean {
  return right.length > 0 && choice.length === right.length && right.every((id) => choice.includes(id))
}
