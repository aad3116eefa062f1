/** What the window shows of a lesson, put together from the lesson, the progress and the open step's checks. Pure. */
import type {
  CheckView,
  FileView,
  LessonView,
  MeasuredView,
  PhaseView,
  QuestionView,
  StepState,
  StepView,
} from '../../contract/views.js'
import { adviceFor } from './advice.js'
import { isRight } from '../checks/answer.js'
import type { CoursePhase } from '../format/course.js'
import type { Question } from '../format/lab-json.js'
import type { Lesson, Step } from '../format/lesson.js'
import { fileIn } from '../format/step-files.js'
import { fingerprintOf } from './learner-text.js'
import type { StepProgress } from './progress.js'

export interface LessonParts {
  readonly phase: PhaseView
  readonly lesson: Lesson
  readonly stepId: string
  readonly busy: string | null
  readonly language: LessonView['language']
  readonly progressOf: (step: string) => StepProgress
  /** Live verdicts of the open step; null while its start state is being built. */
  readonly checks: readonly CheckView[] | null
}

export function viewPhase(phase: CoursePhase, isDone: (step: string) => boolean): PhaseView {
  const { number, id, title, difficulty, available } = phase
  const steps = phase.steps.length
  const stepsDone = phase.steps.filter(isDone).length
  return { number, id, title, difficulty, available, done: steps > 0 && stepsDone === steps, steps, stepsDone }
}

export function viewLesson(parts: LessonParts): LessonView {
  const { phase, lesson, stepId, busy, language } = parts
  const steps = lesson.steps.map((step) =>
    viewStep(step, parts.progressOf(step.id), step.id === stepId ? { checks: parts.checks } : null),
  )
  return { phase, introText: lesson.introText, goals: lesson.goals, steps, stepId, busy, language }
}

/** `open` is null for a step that is not the open one. */
function viewStep(
  step: Step,
  progress: StepProgress,
  open: { readonly checks: readonly CheckView[] | null } | null,
): StepView {
  const live = open?.checks ?? null
  const chosen = ({ id }: Question): readonly string[] => progress.answers[id] ?? []
  const state: StepState = progress.done ? 'done' : open !== null ? 'now' : 'todo'
  return {
    id: step.id,
    title: step.title,
    kind: step.lab.kind,
    state,
    doText: doTextOf(step),
    whyText: step.whyText,
    ahaText: step.ahaText,
    hints: step.language === 'typescript' ? step.typescriptHints : step.hints,
    observed: observedOf(progress, live),
    checks: step.lab.checks.map(({ id, label }) => checkOf(id, label, progress, live)),
    actions: step.lab.actions,
    command: [step.lab.command].flat(),
    shortened: step.lab.shortened,
    crontab: step.lab.crontab ?? null,
    prediction:
      step.lab.prediction === undefined
        ? null
        : viewQuestion(step.lab.prediction, chosen(step.lab.prediction), progress.done),
    questions: step.lab.questions.map((question) => viewQuestion(question, chosen(question), true)),
    advice: adviceFor(step.lab, progress.answers),
    hasSolution: step.lab.solution.length > 0,
    file: fileOf(step),
    pythonOnly: step.lab.pythonOnly ?? (step.files.typescript === null ? NOT_YET : null),
    noteText: progress.note,
    measured: viewMeasured(step, progress),
  }
}

/** In the order of the lesson, each in the words of its check. */
export function viewMeasured({ lab }: Pick<Step, 'lab'>, { measured }: StepProgress): readonly MeasuredView[] {
  return lab.checks.flatMap(({ id, label }) => {
    const observed = lab.measured.includes(id) ? measured[id] : undefined
    return observed === undefined ? [] : [{ label, observed }]
  })
}

/** Said at the switch of a step that waits for its files. */
const NOT_YET = 'The task file of this step is in Python so far.'

/** The text speaks of Python; where TypeScript is another matter, that follows. */
function doTextOf({ doText, typescriptText, language }: Step): string {
  return language === 'typescript' && typescriptText !== '' ? `${doText}\n\n${typescriptText}` : doText
}

function fileOf({ lab, language }: Step): string | null {
  const saved = lab.solution.find((action) => action.do === 'save-file')
  return saved === undefined ? null : fileIn(language, saved.file)
}

function observedOf(progress: StepProgress, live: readonly CheckView[] | null): string {
  if (live === null) return progress.observed
  const missing = live.find((check) => !check.passed)
  if (missing === undefined) return summary(live)
  return progress.done ? progress.observed : missing.observed
}

/** What the checks saw, once each: two checks may say the same. */
export function summary(checks: readonly CheckView[]): string {
  return [...new Set(checks.map((check) => check.observed))].join(' ')
}

function checkOf(id: string, label: string, progress: StepProgress, live: readonly CheckView[] | null): CheckView {
  const seen = live?.find((check) => check.id === id)
  if (seen !== undefined && (seen.passed || !progress.done)) return seen
  return { id, label, passed: progress.done, observed: '' }
}

export function viewQuestion(question: Question, chosen: readonly string[], mayCompare: boolean): QuestionView {
  const compare = mayCompare && chosen.length > 0 && question.right.length > 0
  return {
    id: question.id,
    text: question.text,
    options: question.options.map(({ id, text }) => ({ id, text })),
    many: question.many,
    ordered: question.ordered,
    chosen,
    outcome: compare ? outcomeOf(question, chosen) : null,
  }
}

export function outcomeOf(question: Question, chosen: readonly string[]): NonNullable<QuestionView['outcome']> {
  const reasons = Object.fromEntries(question.options.map((option) => [option.id, option.reason]))
  return { right: question.right, correct: isRight(chosen, question), reasons }
}

export interface FileParts {
  readonly name: string
  readonly saved: string
  readonly draft: string | undefined
  readonly step: Step
  readonly problem: FileView['problem']
}

export function viewFile({ name, saved, draft, step, problem }: FileParts): FileView {
  return {
    name,
    language: name.endsWith('.ts') ? 'typescript' : 'python',
    text: draft ?? saved,
    fingerprint: fingerprintOf(saved),
    startText: step.start[name] ?? '',
    solutionText: step.solution[name] ?? null,
    problem,
  }
}
