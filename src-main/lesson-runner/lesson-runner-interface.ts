/** What the lesson runner offers to desktop/ and to `lessons:check`. `lesson-runner/lesson-runner.ts` implements it. */
import type { CardRun, CourseTexts, GuessedAnswer, NotebookView, PhaseRecord } from '../contract/course-views.js'
import type { CoursePlace } from '../contract/deep-link.js'
import type { Reply } from '../contract/problem.js'
import type { FileView, LessonView, PhaseView, TaskLanguage } from '../contract/views.js'

export interface LessonPlaces {
  /** The course: lessons/NN-phase/… */
  readonly lessonsFolder: string
  /** Writable: progress.json, and the learner's files under workspace/<phase>/. */
  readonly dataFolder: string
}

/** What the learner has collected, in every phase. */
export interface LearnersNotebook {
  read(): Promise<Reply<NotebookView>>
  run(phase: string, step: string): Promise<Reply<CardRun>>
  writeCard(phase: string, step: string, words: string): Promise<Reply<null>>
  writeNote(phase: string, step: string, text: string): Promise<Reply<null>>
  guess(phase: string, step: string, choice: readonly string[]): Promise<Reply<GuessedAnswer>>
  deleteCard(phase: string, step: string): Promise<Reply<null>>
  /** A phase with all of it, for printing and export. */
  phase(phase: string): Promise<Reply<PhaseRecord>>
}

export interface LessonRunner {
  readonly notebook: LearnersNotebook

  phases(): readonly PhaseView[]
  lesson(): LessonView | null
  files(): readonly FileView[]
  /** All that can be looked up in the course. */
  texts(): Promise<Reply<CourseTexts>>
  /** Called after any change of the first three above. */
  onChange(listener: () => void): () => void

  /** Opens where the learner left off, or the first phase. */
  resume(): Promise<Reply<null>>
  /** Opens a phase where the learner left off, or at the step that is named. */
  open(phase: string, step?: string): Promise<Reply<null>>
  /** The same by numbers, as a link names them. */
  openAt(place: CoursePlace): Promise<Reply<null>>
  step(step: string): Promise<Reply<null>>
  recheck(step: string): Promise<Reply<null>>
  answer(question: string, choice: readonly string[]): Promise<Reply<null>>
  writeNote(step: string, text: string): Promise<Reply<null>>
  /** Carries out the step's solution before the learner's eyes. */
  showMe(step: string): Promise<Reply<null>>
  /** Carries out a script (`sequence`) that the step offers as a button. */
  play(step: string, label: string): Promise<Reply<null>>
  /** Stops a running "show me" or the building of a start state. */
  cancel(): Promise<Reply<null>>
  /** The language of tasks, in this step and in those after it. */
  speak(language: TaskLanguage): Promise<Reply<null>>
  reset(what: 'step' | 'phase' | 'everything'): Promise<Reply<null>>
  saveFile(name: string, text: string): Promise<Reply<null>>
  draft(name: string, text: string): Promise<Reply<null>>
  /** Writes the open step's files, settings and processes into a new folder in `parent`, as a project for real Celery. */
  exportProject(parent: string): Promise<Reply<{ readonly folder: string }>>
  close(): Promise<void>
}
