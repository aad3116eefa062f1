/**
 * The lesson runner: answers what the window (and `lessons:check`) may ask of the course. Opens phases and steps and resets them; what is
 * answered, edited and shown has files of its own in session/, and what a step does by itself lies in session/taken-lesson.ts.
 */
import { join } from 'node:path'
import type { CourseTexts } from '../contract/course-views.js'
import type { CoursePlace } from '../contract/deep-link.js'
import type { Problem, Reply } from '../contract/problem.js'
import type { FileView, LessonView, PhaseView, TaskLanguage } from '../contract/views.js'
import type { Lab } from '../lab/lab-interface.js'
import { readCourse, type CoursePhase } from './format/course.js'
import { lessonIn, readLesson, type Step } from './format/lesson.js'
import { readCourseTexts } from './library/course-library.js'
import { CollectedNotebook } from './library/learners-notebook.js'
import type { LearnersNotebook, LessonPlaces, LessonRunner } from './lesson-runner-interface.js'
import { exportProject } from './project/export-project.js'
import { Change } from './session/change.js'
import { EditedFiles } from './session/edited-files.js'
import { LearnerAnswers } from './session/learner-answers.js'
import { LearnerFiles } from './session/learner-files.js'
import { viewLesson, viewPhase } from './session/lesson-views.js'
import { Notebook } from './session/notebook.js'
import { OneAtATime } from './session/one-at-a-time.js'
import { OpenFiles } from './session/open-files.js'
import { Progress } from './session/progress.js'
import { asProblem, noStepOf, noSuch, notWritten, refuse } from './session/refusals.js'
import { ShownSteps } from './session/shown-steps.js'
import { TakenLesson, type Way } from './session/taken-lesson.js'

export function createLessonRunner(places: LessonPlaces, lab: Lab): LessonRunner {
  const runner = new CourseRunner(places, lab)
  runner.listen()
  return runner
}

const DONE: Reply<null> = { ok: true, value: null }

class CourseRunner implements LessonRunner {
  readonly notebook: LearnersNotebook
  private readonly places: LessonPlaces
  private readonly lab: Lab
  private readonly disk: LearnerFiles
  private readonly openFiles: OpenFiles
  private readonly progress: Progress
  private readonly cards: Notebook
  private readonly change = new Change()
  private readonly jobs = new OneAtATime()
  private readonly taken: TakenLesson
  private readonly answers: LearnerAnswers
  private readonly edited: EditedFiles
  private readonly shown: ShownSteps
  private course: readonly CoursePhase[] = []
  private courseProblem: Problem | null = null
  private progressProblem: Problem | null = null

  constructor(places: LessonPlaces, lab: Lab) {
    this.places = places
    this.lab = lab
    this.disk = new LearnerFiles(places.dataFolder)
    this.openFiles = new OpenFiles(this.disk)
    this.progress = new Progress(places.dataFolder)
    this.cards = new Notebook(places.dataFolder, (problem) => lab.problem(problem))
    const { openFiles, progress, change, cards, disk } = this
    const taken = new TakenLesson({ lab, openFiles, progress, change, cards })
    const answers = new LearnerAnswers({ lab, taken, progress, change })
    const edited = new EditedFiles({ lab, openFiles, taken, change })
    const exportProject = () => this.exportIntoOwnFolder()
    this.shown = new ShownSteps({ lab, disk, openFiles, taken, answers, edited, exportProject })
    this.taken = taken
    this.answers = answers
    this.edited = edited
    this.notebook = new CollectedNotebook({
      lessonsFolder: places.lessonsFolder,
      course: () => this.course,
      progress,
      disk,
      cards,
      changed: () => change.tellNow(),
    })
  }

  listen(): void {
    try {
      this.course = readCourse(this.places.lessonsFolder)
    } catch (error) {
      this.courseProblem = asProblem(error)
    }
    this.progressProblem = this.progress.load()
    this.taken.listen()
  }

  phases(): readonly PhaseView[] {
    return this.course.map((phase) => viewPhase(phase, (step) => this.progress.step(phase.id, step).done))
  }

  lesson(): LessonView | null {
    const { lesson, stepId, busy } = this.taken
    const phase = this.phases().find((one) => one.id === lesson?.id)
    if (lesson === null || phase === undefined) return null
    const progressOf = (step: string): ReturnType<Progress['step']> => this.taken.progressOf(step)
    const language = this.progress.language()
    return viewLesson({ phase, lesson, stepId, busy, language, checks: this.taken.checks(), progressOf })
  }

  files(): readonly FileView[] {
    return this.openFiles.views()
  }

  async texts(): Promise<Reply<CourseTexts>> {
    try {
      return { ok: true, value: await readCourseTexts(this.places.lessonsFolder, this.course) }
    } catch (error) {
      return { ok: false, problem: asProblem(error) }
    }
  }

  onChange(listener: () => void): () => void {
    return this.change.listen(listener)
  }

  async resume(): Promise<Reply<null>> {
    this.tellTroubles()
    const last = this.course.find((phase) => phase.id === this.progress.phase() && phase.available)
    const phase = last ?? this.course.find((one) => one.available)
    if (phase !== undefined) return this.open(phase.id)
    return refuse(this.courseProblem ?? noSuch('phase', 'that is written'))
  }

  async open(phaseId: string, stepId?: string): Promise<Reply<null>> {
    const phase = this.course.find((one) => one.id === phaseId)
    if (phase === undefined) return refuse(noSuch('phase', phaseId))
    if (!phase.available) return refuse(notWritten(phase))
    if (stepId === undefined) return this.inTurn((signal) => this.openPhase(phaseId, signal))
    if (phaseId === this.taken.phaseId) return this.step(stepId)
    if (!phase.steps.includes(stepId)) return refuse(noSuch('step', stepId))
    return this.inTurn((signal) => this.openPhase(phaseId, signal, stepId))
  }

  async openAt({ phase: number, step }: CoursePlace): Promise<Reply<null>> {
    this.tellTroubles()
    const phase = this.course.find((one) => one.number === number)
    if (phase === undefined) return refuse(noSuch('phase', String(number)))
    if (!phase.available) return refuse(notWritten(phase))
    if (step === null) return phase.id === this.taken.phaseId ? DONE : this.open(phase.id)
    const stepId = phase.steps[step - 1]
    return stepId === undefined ? refuse(noStepOf(phase, step)) : this.open(phase.id, stepId)
  }

  async step(stepId: string): Promise<Reply<null>> {
    if (this.taken.isUnderWay(stepId)) return DONE // nothing is torn down by looking at it
    return this.taken.withStep(stepId, (step) => this.inTurn((signal) => this.enter(step, 'move', signal)))
  }

  async recheck(stepId: string): Promise<Reply<null>> {
    if (stepId !== this.taken.stepId) return this.step(stepId)
    this.taken.judgeAgain()
    return DONE
  }

  answer(questionId: string, choice: readonly string[]): Promise<Reply<null>> {
    return this.answers.answer(questionId, choice)
  }

  writeNote(stepId: string, text: string): Promise<Reply<null>> {
    return this.answers.writeNote(stepId, text)
  }

  showMe(stepId: string): Promise<Reply<null>> {
    return this.taken.withStep(stepId, (step) => this.inTurn((signal) => this.shown.showMe(step, signal)))
  }

  play(stepId: string, label: string): Promise<Reply<null>> {
    return this.taken.withStep(stepId, async (step) => {
      const script = step.lab.actions.find((action) => action.label === label)
      if (script === undefined) return refuse(noSuch('action', label))
      return this.inTurn((signal) => this.shown.play(step, script, signal))
    })
  }

  async exportProject(parent: string): Promise<Reply<{ readonly folder: string }>> {
    const { lab, course, progress } = this
    const phase = course.find((one) => one.id === this.taken.phaseId)
    const step = this.taken.findStep(this.taken.stepId)
    if (phase === undefined || step === undefined) return refuse(noSuch('step', 'that is open'))
    const { lessonsFolder } = this.places
    const parts = { lab, lessonsFolder, course, progress, phase, step, files: this.openFiles.saved() }
    return exportProject(parent, parts).catch((error: unknown) => refuse(asProblem(error)))
  }

  async cancel(): Promise<Reply<null>> {
    await this.jobs.cancel()
    return DONE
  }

  async speak(language: TaskLanguage): Promise<Reply<null>> {
    const { lesson } = this.taken
    if (lesson === null) return refuse(noSuch('phase', 'that is open'))
    return this.inTurn(async (signal) => {
      const kept = await this.taken.keep(() => this.progress.speak(language))
      this.taken.lesson = lessonIn(language, lesson)
      const step = this.taken.findStep(this.taken.stepId)
      if (step !== undefined && step.language !== this.openFiles.language) {
        const entered = await this.enter(step, 'translate', signal)
        if (!entered.ok) return entered
      }
      this.change.tellNow()
      return kept
    })
  }

  async reset(what: 'step' | 'phase' | 'everything'): Promise<Reply<null>> {
    const { lesson } = this.taken
    const first = lesson?.steps[0]
    if (lesson === null || first === undefined) return refuse(noSuch('phase', 'that is open'))
    return this.inTurn(async (signal) => {
      if (what === 'everything') {
        await this.disk.removeAll()
        await this.cards.removeAll()
        await this.progress.resetEverything()
        return this.openPhase(this.course.find((phase) => phase.available)?.id ?? lesson.id, signal)
      }
      const step = what === 'step' ? (this.taken.findStep(this.taken.stepId) ?? first) : first
      if (what === 'phase') await this.disk.forgetKept(lesson.id, null)
      const steps = what === 'step' ? [step.id] : lesson.steps.map((one) => one.id)
      await this.progress.resetSteps(lesson.id, steps)
      return this.enter(step, 'reset', signal)
    })
  }

  saveFile(name: string, text: string, more = false): Promise<Reply<null>> {
    return this.edited.save(name, text, more)
  }

  draft(name: string, text: string): Promise<Reply<null>> {
    return this.edited.draft(name, text)
  }

  async close(): Promise<void> {
    this.taken.close()
    await this.jobs.cancel()
    this.change.close()
    await this.progress.settled()
    await this.cards.settled()
  }

  /** Opens a phase at the step where the learner left off, or at its first; or at the wanted one, with what was left there kept. */
  private async openPhase(phaseId: string, signal: AbortSignal, wanted?: string): Promise<Reply<null>> {
    const lesson = await readLesson(this.places.lessonsFolder, phaseId, this.progress.language())
    const left = this.progress.openStep(phaseId)
    const step = lesson.steps.find((one) => one.id === left) ?? lesson.steps[0]
    const to = wanted === undefined ? step : lesson.steps.find((one) => one.id === wanted)
    if (step === undefined || to === undefined) return refuse(noSuch('step', wanted ?? phaseId))
    this.taken.take(lesson)
    if (to === step) return this.enter(step, 'resume', signal)
    await this.taken.pickUp(step)
    return this.enter(to, 'arrive', signal)
  }

  /** What could not be read at the start is told once, when the course is opened. */
  private tellTroubles(): void {
    const problem = this.courseProblem ?? this.progressProblem
    this.progressProblem = null
    if (problem !== null) this.lab.problem(problem)
  }

  private enter(step: Step, way: Way, signal: AbortSignal): Promise<Reply<null>> {
    return this.shown.enter(step, way, signal)
  }

  private async exportIntoOwnFolder(): Promise<Reply<null>> {
    const exported = await this.exportProject(join(this.places.dataFolder, 'exports'))
    return exported.ok ? DONE : exported
  }

  private inTurn(job: (signal: AbortSignal) => Promise<Reply<null>>): Promise<Reply<null>> {
    return this.jobs.run(job, asProblem)
  }
}
