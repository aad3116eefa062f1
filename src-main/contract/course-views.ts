/** What can be looked up across all phases: the texts that the search reads, and the pitfalls with the steps that show them. */

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
