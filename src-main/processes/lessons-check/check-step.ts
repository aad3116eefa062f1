/** Proves one step: opens it as a learner who jumps there would, looks whether it stays red, then carries out its solution. */
import { setTimeout as passing } from 'node:timers/promises'
import type { Lab } from '../../lab/lab-interface.js'
import type { StepView, TaskLanguage } from '../../contract/views.js'
import { readLesson } from '../../lesson-runner/format/lesson.js'
import { createLessonRunner } from '../../lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../lesson-runner/lesson-runner-interface.js'
import { Progress } from '../../lesson-runner/session/progress.js'

export type Colour = 'red' | 'green'

export interface StepOutcome {
  readonly lesson: string
  readonly step: string
  readonly start: Colour
  readonly solution: Colour
  readonly ok: boolean
  readonly seconds: number
  readonly budgetSeconds: number
  /** What was observed last, or the problem. */
  readonly said: string
}

export interface StepToCheck {
  readonly lab: Lab
  readonly lessonsFolder: string
  /** Empty: a learner who has done nothing yet. */
  readonly dataFolder: string
  readonly lesson: string
  readonly step: string
  readonly language: TaskLanguage
}

/** So long a start state has to stay red by itself: facts of its own making would arrive by then. */
const STAYS_RED_MS = 1_500

export async function checkStep({
  lab,
  lessonsFolder,
  dataFolder,
  lesson,
  step,
  language,
}: StepToCheck): Promise<StepOutcome> {
  const { steps } = await readLesson(lessonsFolder, lesson)
  const budgetSeconds = steps.find((one) => one.id === step)?.lab.budgetSeconds ?? 0
  const progress = new Progress(dataFolder)
  await progress.speak(language)
  await progress.goTo(lesson, step)
  const runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
  const began = Date.now()
  try {
    const opened = await runner.resume()
    await passing(STAYS_RED_MS)
    const start = colourOf(runner, step)
    const shown = opened.ok ? await runner.showMe(step) : opened
    const seconds = Math.round((Date.now() - began) / 100) / 10
    const solution = colourOf(runner, step)
    const inTime = seconds <= budgetSeconds
    const ok = opened.ok && shown.ok && start === 'red' && solution === 'green' && inTime
    const problem = opened.ok ? (shown.ok ? null : shown.problem) : opened.problem
    const said =
      problem === null
        ? `${inTime ? '' : 'Over its budget. '}${viewOf(runner, step)?.observed ?? ''}`
        : [problem.what, problem.detail].join(' ')
    return { lesson, step, start, solution, ok, seconds, budgetSeconds, said }
  } finally {
    await runner.close()
  }
}

function colourOf(runner: LessonRunner, step: string): Colour {
  return viewOf(runner, step)?.state === 'done' ? 'green' : 'red'
}

function viewOf(runner: LessonRunner, step: string): StepView | undefined {
  return runner.lesson()?.steps.find((one) => one.id === step)
}
