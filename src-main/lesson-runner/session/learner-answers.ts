/** What the learner answers and writes in a step: kept as progress, and told to the checks as facts. */
import type { Reply } from '../../contract/problem.js'
import type { Lab } from '../../lab/lab-interface.js'
import { countWords, NOTE_QUESTION } from '../checks/note.js'
import type { Change } from './change.js'
import type { Progress } from './progress.js'
import { noSuch, refuse } from './refusals.js'
import type { TakenLesson } from './taken-lesson.js'

export interface LearnerAnswersParts {
  readonly lab: Lab
  readonly taken: TakenLesson
  readonly progress: Progress
  readonly change: Change
}

export class LearnerAnswers {
  private readonly parts: LearnerAnswersParts

  constructor(parts: LearnerAnswersParts) {
    this.parts = parts
  }

  /** Of the open step: its prediction or one of its questions. */
  async answer(questionId: string, choice: readonly string[]): Promise<Reply<null>> {
    const { lab, taken, change } = this.parts
    return taken.withStep(taken.stepId, async (step) => {
      const { prediction, questions } = step.lab
      const asked = prediction === undefined ? questions : [prediction, ...questions]
      const question = asked.find((one) => one.id === questionId)
      if (question === undefined) return refuse(noSuch('question', questionId))
      const odd = choice.find((id) => !question.options.some((option) => option.id === id))
      if (odd !== undefined) return refuse(noSuch('answer', odd))
      const answers = { ...taken.progressOf(step.id).answers, [questionId]: [...choice] }
      const kept = await this.keep(step.id, { answers })
      lab.note({ kind: 'answer', question: questionId, choice })
      change.tellNow()
      return kept
    })
  }

  async writeNote(stepId: string, text: string): Promise<Reply<null>> {
    const { lab, taken, change } = this.parts
    return taken.withStep(stepId, async () => {
      const kept = await this.keep(stepId, { note: text })
      const words = String(countWords(text))
      if (stepId === taken.stepId) lab.note({ kind: 'answer', question: NOTE_QUESTION, choice: [words] })
      change.tellNow()
      return kept
    })
  }

  private keep(step: string, change: Parameters<Progress['change']>[2]): Promise<Reply<null>> {
    const { taken, progress } = this.parts
    return taken.keep(() => progress.change(taken.phaseId, step, change))
  }
}
