/**
 * What the learner has reached: which step is open, which are done, answers and notes. Kept in progress.json in the data folder,
 * written whole and atomically after every change; an unreadable one is set aside, never overwritten.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { errorText } from '../../contract/error-text.js'
import type { Problem } from '../../contract/problem.js'
import { TASK_LANGUAGES, type TaskLanguage } from '../../contract/views.js'
import { writeAtomic } from './atomic-write.js'
import { guessedAgain } from './guess-again.js'

const stepProgress = v.object({
  done: v.boolean(),
  /** What was observed when it turned green. */
  observed: v.string(),
  /** Fingerprint of the files it turned green with. */
  solvedWith: v.nullable(v.string()),
  answers: v.record(v.string(), v.array(v.string())),
  note: v.string(),
  /** What the checks that measure for the note saw last, by check. */
  measured: v.exactOptional(v.record(v.string(), v.string()), {}),
  /** When the step's prediction is asked again. */
  again: v.exactOptional(guessedAgain),
})
export type StepProgress = Readonly<v.InferOutput<typeof stepProgress>>

const progressFile = v.object({
  version: v.literal(1),
  phase: v.nullable(v.string()),
  /** In which the learner writes tasks. */
  language: v.exactOptional(v.picklist(TASK_LANGUAGES), 'python'),
  phases: v.record(v.string(), v.object({ step: v.nullable(v.string()), steps: v.record(v.string(), stepProgress) })),
})
export type ProgressState = v.InferOutput<typeof progressFile>

const FRESH_STEP: StepProgress = { done: false, observed: '', solvedWith: null, answers: {}, note: '', measured: {} }

export class Progress {
  private readonly file: string
  private state: ProgressState = { version: 1, phase: null, language: 'python', phases: {} }
  private writing: Promise<void> = Promise.resolve()

  constructor(dataFolder: string) {
    this.file = join(dataFolder, 'progress.json')
  }

  /** A problem when what is there cannot be read; the learner then starts anew, and the old file stays beside. */
  load(): Problem | null {
    if (!existsSync(this.file)) return null
    try {
      const outside: unknown = JSON.parse(readFileSync(this.file, 'utf8'))
      this.state = v.parse(progressFile, outside)
      return null
    } catch (error) {
      return this.setAside(error)
    }
  }

  phase(): string | null {
    return this.state.phase
  }

  language(): TaskLanguage {
    return this.state.language
  }

  async speak(language: TaskLanguage): Promise<void> {
    await this.keep({ ...this.state, language })
  }

  openStep(phase: string): string | null {
    return this.state.phases[phase]?.step ?? null
  }

  step(phase: string, step: string): StepProgress {
    return this.state.phases[phase]?.steps[step] ?? FRESH_STEP
  }

  async goTo(phase: string, step: string): Promise<void> {
    const steps = this.state.phases[phase]?.steps ?? {}
    await this.keep({ ...this.state, phase, phases: { ...this.state.phases, [phase]: { step, steps } } })
  }

  async change(phase: string, step: string, change: Partial<StepProgress>): Promise<void> {
    const before = this.state.phases[phase] ?? { step: null, steps: {} }
    const steps = { ...before.steps, [step]: { ...this.step(phase, step), ...change } }
    await this.keep({ ...this.state, phases: { ...this.state.phases, [phase]: { ...before, steps } } })
  }

  /** What was done and answered goes; the learner's own notes stay. */
  async resetSteps(phase: string, steps: readonly string[]): Promise<void> {
    const before = this.state.phases[phase] ?? { step: null, steps: {} }
    const fresh = Object.fromEntries(steps.map((step) => [step, { ...FRESH_STEP, note: this.step(phase, step).note }]))
    await this.keep({
      ...this.state,
      phases: { ...this.state.phases, [phase]: { ...before, steps: { ...before.steps, ...fresh } } },
    })
  }

  async resetEverything(): Promise<void> {
    await this.keep({ version: 1, phase: null, language: this.state.language, phases: {} })
  }

  /** In memory at once, on disk in order; rejects when the disk refuses, and nothing in memory is lost by that. */
  private async keep(state: ProgressState): Promise<void> {
    this.state = state
    const mine = this.writing
      .catch(() => undefined)
      .then(() => writeAtomic(this.file, `${JSON.stringify(this.state, null, 2)}\n`))
    this.writing = mine
    await mine
  }

  /** What was kept so far is on the disk, or was refused: that is told to whoever kept it. */
  async settled(): Promise<void> {
    await this.writing.catch(() => undefined)
  }

  private setAside(error: unknown): Problem {
    const aside = `${this.file}.unreadable`
    let meaning = `Steps show as not done. The old file is kept as ${aside}.`
    try {
      renameSync(this.file, aside)
    } catch {
      meaning = 'Steps show as not done, and the old file will be replaced at the next step.' // it can neither be read nor moved
    }
    return {
      code: 'progress-unreadable',
      what: 'Your progress could not be read, so the course starts at its beginning.',
      meaning,
      next: 'Go to the step where you left off: phases are never locked.',
      detail: errorText(error),
    }
  }
}
