/** What can be looked up across all phases: texts for the search, pitfalls and the steps that show them, the notebook, a whole phase. */
import type { FeedItem } from './feed.js'
import type { LessonView, MeasuredView, QuestionView } from './views.js'

/** A step wherever it is named outside its own phase. */
export interface StepPlace {
  readonly phase: string
  readonly phaseNumber: number
  readonly step: string
  readonly stepNumber: number
  /** The step's title, as Markdown. */
  readonly title: string
}

export interface CourseTexts {
  /** Only phases that are written. */
  readonly phases: readonly PhaseTexts[]
  readonly pitfalls: readonly PitfallGroupView[]
}

/** All texts are Markdown. */
export interface PhaseTexts {
  readonly number: number
  readonly id: string
  readonly title: string
  readonly introText: string
  readonly goals: readonly string[]
  readonly steps: readonly StepTexts[]
}

export interface StepTexts {
  readonly place: StepPlace
  readonly doText: string
  /** What is other for those who write tasks in TypeScript; empty where nothing is. */
  readonly typescriptText: string
  readonly whyText: string
}

export interface PitfallGroupView {
  readonly title: string
  readonly pitfalls: readonly PitfallView[]
}

export interface PitfallView {
  readonly number: number
  readonly symptom: string
  readonly cause: string
  readonly fix: string
  readonly metIn: readonly StepPlace[]
  /** Why no step shows it; null: no lesson has got to it yet, or `metIn` has some. */
  readonly whyNot: string | null
}

/** The learner's own notebook: cards that were kept when a phase's main point was seen, and what was written in steps that ask for it. */
export interface NotebookView {
  readonly cards: readonly CardView[]
  readonly notes: readonly NoteView[]
  /** Guesses of earlier steps whose time has come again. */
  readonly guesses: readonly GuessView[]
}

/** A prediction of a step that is done, asked again: no answer yet. */
export interface GuessView {
  readonly place: StepPlace
  readonly question: QuestionView
}

export interface GuessedAnswer {
  readonly outcome: NonNullable<QuestionView['outcome']>
  /** When it is asked the next time. */
  readonly nextInDays: number
}

export interface CardView {
  readonly place: StepPlace
  /** Markdown: the course's sentence. */
  readonly ahaText: string
  /** The learner's; empty until they write some. */
  readonly words: string
  readonly savedAtMs: number
  /** How many facts of the run were kept. */
  readonly facts: number
}

export interface NoteView {
  readonly place: StepPlace
  readonly text: string
  readonly measured: readonly MeasuredView[]
}

/** The facts behind a card, and how many earlier ones of the same run were not kept. */
export interface CardRun {
  readonly items: readonly FeedItem[]
  readonly leftOut: number
}

/** A phase with all that the learner has made of it, for printing and export. */
export interface PhaseRecord {
  readonly lesson: LessonView
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly cards: readonly CardView[]
}
