/** Steps that are entered and shown: “show me” carries out a step's solution with the same hands that its start state is prepared with. */
import type { Reply } from '../../contract/problem.js'
import type { LearnerAction } from '../../contract/views.js'
import type { Lab } from '../../lab/lab-interface.js'
import type { Step } from '../format/lesson.js'
import { fileIn } from '../format/step-files.js'
import { carryOut, NOT_GREEN, type Hands } from './carry-out.js'
import type { EditedFiles } from './edited-files.js'
import type { LearnerAnswers } from './learner-answers.js'
import type { LearnerFiles } from './learner-files.js'
import type { OpenFiles } from './open-files.js'
import type { TakenLesson, Way } from './taken-lesson.js'

export interface ShownStepsParts {
  readonly lab: Lab
  readonly disk: LearnerFiles
  readonly openFiles: OpenFiles
  readonly taken: TakenLesson
  readonly answers: LearnerAnswers
  readonly edited: EditedFiles
  /** Into the app's own folder. */
  exportProject(): Promise<Reply<null>>
}

export class ShownSteps {
  private readonly parts: ShownStepsParts

  constructor(parts: ShownStepsParts) {
    this.parts = parts
  }

  enter(step: Step, way: Way, signal: AbortSignal): Promise<Reply<null>> {
    return this.parts.taken.enter(step, way, this.handsFor(step, signal))
  }

  async showMe(step: Step, signal: AbortSignal): Promise<Reply<null>> {
    const { disk, openFiles, taken } = this.parts
    if (!taken.isUnderWay(step.id)) {
      const entered = await this.enter(step, 'move', signal)
      if (!entered.ok) return entered
    }
    return taken.saying('Showing how it is done…', async () => {
      await disk.keep(taken.phaseId, `${step.id}-before-show-me`, openFiles.saved())
      const hands = this.handsFor(step, signal)
      const first = await carryOut(step.lab.solution, hands)
      if (first.ok || first.problem.code !== NOT_GREEN) return first
      // The facts are real, so a computer that is very busy can miss “in under a second”. The learner would press again as well.
      taken.say(`${first.problem.what} Showing it once more, from the start…`)
      const again = await this.enter(step, 'reset', signal) // what the first try has done would be in the way of the second
      const second = again.ok ? await carryOut(step.lab.solution, hands) : again
      return second.ok || signal.aborted ? second : first // what was missing at first is what has to be mended
    })
  }

  play(step: Step, script: LearnerAction & { readonly label: string }, signal: AbortSignal): Promise<Reply<null>> {
    return this.parts.taken.saying(`${script.label}…`, () => carryOut([script], this.handsFor(step, signal)))
  }

  private handsFor(step: Step, signal: AbortSignal): Hands {
    const { lab, taken, answers, edited, exportProject } = this.parts
    const chosen = (ids: readonly string[]) => taken.checks()?.filter((check) => ids.includes(check.id)) ?? []
    return {
      lab,
      signal,
      saveSolutionFile: (named, version, more) => {
        const file = fileIn(step.language, named)
        const files = version === undefined ? step.solved : (step.versions[version] ?? {})
        return edited.save(file, files[file] ?? '', more)
      },
      answer: (question, choice) => answers.answer(question, choice),
      writeNote: (text) => answers.writeNote(step.id, text),
      exportProject,
      areGreen: (ids) => chosen(ids).length === ids.length && chosen(ids).every((check) => check.passed),
      missing: (ids) => chosen(ids).find((check) => !check.passed)?.observed ?? '',
    }
  }
}
