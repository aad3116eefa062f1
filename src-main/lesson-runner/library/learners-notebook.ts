/**
 * What the learner has collected in the whole course: aha cards with their runs, notes, and a phase with everything for export. Puts together
 * the lessons' texts, progress.json, notebook/ and workspace/; only words and cards are changed from here.
 */
import type {
  CardRun,
  CardView,
  GuessedAnswer,
  NotebookView,
  NoteView,
  PhaseRecord,
  StepPlace,
} from '../../contract/course-views.js'
import type { Problem, Reply } from '../../contract/problem.js'
import type { CoursePhase } from '../format/course.js'
import { readLesson } from '../format/lesson.js'
import type { LearnersNotebook } from '../lesson-runner-interface.js'
import { cannotWrite } from '../session/folder-problem.js'
import { afterGuess, waitDays } from '../session/guess-again.js'
import type { LearnerFiles } from '../session/learner-files.js'
import { outcomeOf, viewLesson, viewMeasured, viewPhase } from '../session/lesson-views.js'
import type { Notebook } from '../session/notebook.js'
import type { Progress } from '../session/progress.js'
import { asProblem, noSuch, refuse } from '../session/refusals.js'
import { dueGuesses } from './due-guesses.js'
import { claimsOf, placeOf, readShelves, type Shelf } from './course-library.js'

export interface NotebookParts {
  readonly lessonsFolder: string
  readonly course: () => readonly CoursePhase[]
  readonly progress: Progress
  readonly disk: LearnerFiles
  readonly cards: Notebook
  /** Progress has changed, so the window's views have. */
  readonly changed: () => void
}

const DONE: Reply<null> = { ok: true, value: null }

export class CollectedNotebook implements LearnersNotebook {
  private readonly parts: NotebookParts

  constructor(parts: NotebookParts) {
    this.parts = parts
  }

  read(): Promise<Reply<NotebookView>> {
    const { lessonsFolder, course, progress } = this.parts
    return answered(async () => {
      await this.parts.cards.settled() // whoever sees a step turn green and looks at once finds its card
      const shelves = await readShelves(lessonsFolder, course())
      const cards = (await Promise.all(shelves.map((shelf) => this.cardsOf(shelf)))).flat()
      const notes = shelves.flatMap((shelf) => this.notesOf(shelf))
      return { ok: true, value: { cards, notes, guesses: dueGuesses(shelves, progress, Date.now()) } }
    }, asProblem)
  }

  private notesOf(shelf: Shelf): readonly NoteView[] {
    return claimsOf(shelf).flatMap((claim, at) => {
      const step = shelf.lesson.steps[at]
      const kept = this.parts.progress.step(claim.phase.id, claim.id)
      if (step === undefined || kept.note.trim() === '') return []
      return [{ place: placeOf(claim), text: kept.note, measured: viewMeasured(step, kept) }]
    })
  }

  run(phase: string, step: string): Promise<Reply<CardRun>> {
    return this.withStep(phase, step, async () => {
      const card = await this.parts.cards.read(phase, step)
      if (card === null) return refuse(noSuch('card', step))
      return { ok: true, value: { items: card.items, leftOut: card.leftOut } }
    })
  }

  writeCard(phase: string, step: string, words: string): Promise<Reply<null>> {
    return this.withStep(phase, step, async () =>
      (await this.parts.cards.writeWords(phase, step, words)) ? DONE : refuse(noSuch('card', step)),
    )
  }

  writeNote(phase: string, step: string, text: string): Promise<Reply<null>> {
    return this.withStep(phase, step, async () => {
      await this.parts.progress.change(phase, step, { note: text })
      this.parts.changed()
      return DONE
    })
  }

  guess(phaseId: string, stepId: string, choice: readonly string[]): Promise<Reply<GuessedAnswer>> {
    return this.withStep(phaseId, stepId, async () => {
      const { lessonsFolder, progress } = this.parts
      const step = (await readLesson(lessonsFolder, phaseId)).steps.find((one) => one.id === stepId)
      const question = step?.lab.prediction
      const before = progress.step(phaseId, stepId).again
      if (question === undefined || before === undefined) return refuse(noSuch('guess', stepId))
      const outcome = outcomeOf(question, choice)
      const again = afterGuess(before, outcome.correct, Date.now())
      await progress.change(phaseId, stepId, { again })
      return { ok: true, value: { outcome, nextInDays: waitDays(again.rightInARow) } }
    })
  }

  deleteCard(phase: string, step: string): Promise<Reply<null>> {
    return this.withStep(phase, step, async () => {
      await this.parts.cards.remove(phase, step)
      return DONE
    })
  }

  phase(phaseId: string): Promise<Reply<PhaseRecord>> {
    const { lessonsFolder, course, progress, disk } = this.parts
    const phase = course().find((one) => one.id === phaseId && one.available)
    if (phase === undefined) return Promise.resolve(refuse(noSuch('phase', phaseId)))
    return answered(async () => {
      await this.parts.cards.settled()
      const language = progress.language()
      const lesson = await readLesson(lessonsFolder, phaseId, language)
      const progressOf = (step: string): ReturnType<Progress['step']> => progress.step(phaseId, step)
      const view = viewPhase(phase, (step) => progressOf(step).done)
      const files = [...((await disk.read(phaseId)) ?? [])]
      return {
        ok: true,
        value: {
          lesson: viewLesson({ phase: view, lesson, stepId: '', busy: null, language, checks: null, progressOf }),
          files: files.filter(([, file]) => file.problem === null).map(([name, { text }]) => ({ name, text })),
          cards: await this.cardsOf({ phase, lesson }),
        },
      }
    }, asProblem)
  }

  private async cardsOf(shelf: Shelf): Promise<readonly CardView[]> {
    const places = new Map<string, { place: StepPlace; ahaText: string }>()
    claimsOf(shelf).forEach((step, at) => {
      const ahaText = shelf.lesson.steps[at]?.ahaText ?? ''
      if (ahaText !== '') places.set(step.id, { place: placeOf(step), ahaText })
    })
    const wanted = [...places.keys()].map((step) => ({ phase: shelf.phase.id, step }))
    const cards = await this.parts.cards.cards(wanted)
    return cards.flatMap(({ step, words, savedAtMs, items }) => {
      const found = places.get(step)
      return found === undefined ? [] : [{ ...found, words, savedAtMs, facts: items.length }]
    })
  }

  /** Names come from the window and become file names, so only those of the course are taken. */
  private withStep<T>(phase: string, step: string, work: () => Promise<Reply<T>>): Promise<Reply<T>> {
    const known = this.parts.course().find((one) => one.id === phase)
    if (known === undefined || !known.steps.includes(step)) return Promise.resolve(refuse(noSuch('step', step)))
    return answered(work, (error) => cannotWrite('Your notebook', error))
  }
}

async function answered<T>(work: () => Promise<Reply<T>>, asProblemOf: (error: unknown) => Problem): Promise<Reply<T>> {
  try {
    return await work()
  } catch (error) {
    return { ok: false, problem: asProblemOf(error) }
  }
}
