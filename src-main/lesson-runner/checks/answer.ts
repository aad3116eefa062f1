/** `answer`: questions of the step whose last answer is right. The right choices come from the step's own questions. */
import * as v from 'valibot'
import type { Watch } from './watch.js'
import { counted } from './wording.js'

export const answerCheck = v.strictObject({
  kind: v.literal('answer'),
  questions: v.pipe(v.array(v.string()), v.minLength(1)),
})
export type AnswerCheck = v.InferOutput<typeof answerCheck>

/** The right options; in their order when the question asks for one. */
export interface RightAnswer {
  readonly right: readonly string[]
  readonly ordered: boolean
}

/** By question id. */
export type RightAnswers = ReadonlyMap<string, RightAnswer>

export function watchAnswer(wanted: AnswerCheck, rightAnswers: RightAnswers): Watch {
  const outcomes = new Map<string, boolean>()
  return {
    see({ fact }) {
      if (fact.kind !== 'answer' || !wanted.questions.includes(fact.question)) return
      outcomes.set(fact.question, isRight(fact.choice, rightAnswers.get(fact.question) ?? NONE))
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

const NONE: RightAnswer = { right: [], ordered: false }

export function isRight(choice: readonly string[], { right, ordered }: RightAnswer): boolean {
  if (right.length === 0 || choice.length !== right.length) return false
  return right.every((id, place) => (ordered ? choice[place] === id : choice.includes(id)))
}
