/**
 * The course as it is being taken: opens phases and steps, feeds the open step's checks with facts, keeps progress and the learner's files.
 * Commands come from desktop/ (and `lessons:check`), facts from lab.record; the lab does everything real. Views go out through onChange.
 */
import type { Problem, Reply } from '../contract/problem.js'
import type { FileView, LessonView, PhaseView } from '../contract/views.js'
import type { Lab } from '../lab/lab-interface.js'
import { countWords, NOTE_QUESTION } from './checks/note.js'
import { Situation } from './checks/situation.js'
import { readCourse, type CoursePhase } from './format/course.js'
import { readLesson, type Lesson, type Step } from './format/lesson.js'
import { MalformedLesson } from './format/malformed-lesson.js'
import type { LessonPlaces, LessonRunner } from './lesson-runner-interface.js'
import { carryOut, type Hands } from './session/carry-out.js'
import { carriesOn } from './session/carries-on.js'
import { Change } from './session/change.js'
import { cannotWrite } from './session/folder-problem.js'
import { LearnerFiles } from './session/learner-files.js'
import { summary, viewLesson, viewPhase } from './session/lesson-views.js'
import { OneAtATime } from './session/one-at-a-time.js'
import { OpenFiles } from './session/open-files.js'
import { Progress } from './session/progress.js'
import { StageKeeper } from './session/stage-keeper.js'
import { StepWatch } from './session/step-watch.js'

export function createLessonRunner(places: LessonPlaces, lab: Lab): LessonRunner {
  const runner = new CourseRunner(places, lab)
  runner.listen()
  return runner
}

const DONE: Reply<null> = { ok: true, value: null }
type Way = 'resume' | 'move' | 'reset'

class CourseRunner implements LessonRunner {
  private readonly places: LessonPlaces
  private readonly lab: Lab
  private readonly situation = new Situation()
  private readonly stage: StageKeeper
  private readonly disk: LearnerFiles
  private readonly openFiles: OpenFiles
  private readonly progress: Progress
  private readonly jobs = new OneAtATime()
  private readonly change = new Change()
  private course: readonly CoursePhase[] = []
  private courseProblem: Problem | null = null
  private progressProblem: Problem | null = null
  private current: Lesson | null = null
  private stepId = ''
  private watch: StepWatch | null = null
  private busy: string | null = null
  private stopListening: () => void = () => undefined

  constructor(places: LessonPlaces, lab: Lab) {
    this.places = places
    this.lab = lab
    this.stage = new StageKeeper(lab, this.situation)
    this.disk = new LearnerFiles(places.dataFolder)
    this.openFiles = new OpenFiles(this.disk)
    this.progress = new Progress(places.dataFolder)
  }

  listen(): void {
    try {
      this.course = readCourse(this.places.lessonsFolder)
    } catch (error) {
      this.courseProblem = asProblem(error)
    }
    this.progressProblem = this.progress.load()
    for (const item of this.lab.record.itemsAfter(0)) this.situation.see(item)
    this.stopListening = this.lab.record.onItem((item) => {
      this.situation.see(item)
      if (this.watch === null) return
      this.watch.see(item, this.situation)
      this.afterFacts()
    })
  }

  phases(): readonly PhaseView[] {
    return this.course.map((phase) => viewPhase(phase, isDone(phase, this.progress)))
  }

  lesson(): LessonView | null {
    const phase = this.phases().find((one) => one.id === this.current?.id)
    if (this.current === null || phase === undefined) return null
    const { current: lesson, stepId, busy } = this
    const checks = this.watch?.checks() ?? null
    return viewLesson({
      phase,
      lesson,
      stepId,
      busy,
      checks,
      progressOf: (step) => this.progress.step(lesson.id, step),
    })
  }

  files(): readonly FileView[] {
    return this.openFiles.views()
  }

  onChange(listener: () => void): () => void {
    return this.change.listen(listener)
  }

  async resume(): Promise<Reply<null>> {
    const problem = this.courseProblem ?? this.progressProblem
    this.progressProblem = null
    if (problem !== null) this.lab.problem(problem)
    const last = this.course.find((phase) => phase.id === this.progress.phase() && phase.available)
    const phase = last ?? this.course.find((one) => one.available)
    if (phase !== undefined) return this.open(phase.id)
    return { ok: false, problem: this.courseProblem ?? noSuch('phase', 'that is written') }
  }

  async open(phaseId: string): Promise<Reply<null>> {
    const phase = this.course.find((one) => one.id === phaseId)
    if (phase === undefined) return { ok: false, problem: noSuch('phase', phaseId) }
    if (!phase.available) return { ok: false, problem: notWritten(phase) }
    return this.jobs.run(async (signal) => {
      const lesson = await readLesson(this.places.lessonsFolder, phaseId)
      const left = this.progress.openStep(phaseId)
      const step = lesson.steps.find((one) => one.id === left) ?? lesson.steps[0]
      if (step === undefined) return { ok: false, problem: noSuch('step', phaseId) }
      this.watch = null
      this.current = lesson
      return this.enter(step, 'resume', signal)
    }, asProblem)
  }

  async step(stepId: string): Promise<Reply<null>> {
    const step = this.findStep(stepId)
    if (step === undefined) return { ok: false, problem: noSuch('step', stepId) }
    if (stepId === this.stepId && this.watch !== null && this.stage.isBuilt()) return DONE // it is open: nothing is torn down by looking at it
    return this.jobs.run((signal) => this.enter(step, 'move', signal), asProblem)
  }

  async recheck(stepId: string): Promise<Reply<null>> {
    if (this.watch?.stepId !== stepId) return stepId === this.stepId ? DONE : this.step(stepId)
    this.watch.again(this.lab.record.itemsAfter(this.watch.startSeq()))
    this.afterFacts()
    this.change.tellNow()
    return DONE
  }

  async answer(questionId: string, choice: readonly string[]): Promise<Reply<null>> {
    const step = this.findStep(this.stepId)
    const question = [
      ...(step?.lab.questions ?? []),
      ...(step?.lab.prediction === undefined ? [] : [step.lab.prediction]),
    ].find((one) => one.id === questionId)
    if (step === undefined || question === undefined) return { ok: false, problem: noSuch('question', questionId) }
    const odd = choice.find((id) => !question.options.some((option) => option.id === id))
    if (odd !== undefined) return { ok: false, problem: noSuch('answer', odd) }
    const answers = { ...this.progressOf(step.id).answers, [questionId]: [...choice] }
    const kept = await this.keepProgress(() => this.progress.change(this.phaseId(), step.id, { answers }))
    this.lab.note({ kind: 'answer', question: questionId, choice })
    this.change.tellNow()
    return kept
  }

  async writeNote(stepId: string, text: string): Promise<Reply<null>> {
    if (this.findStep(stepId) === undefined) return { ok: false, problem: noSuch('step', stepId) }
    const kept = await this.keepProgress(() => this.progress.change(this.phaseId(), stepId, { note: text }))
    if (stepId === this.stepId)
      this.lab.note({ kind: 'answer', question: NOTE_QUESTION, choice: [String(countWords(text))] })
    this.change.tellNow()
    return kept
  }

  async showMe(stepId: string): Promise<Reply<null>> {
    const step = this.findStep(stepId)
    if (step === undefined) return { ok: false, problem: noSuch('step', stepId) }
    return this.jobs
      .run(async (signal) => {
        if (stepId !== this.stepId || this.watch === null) {
          const entered = await this.enter(step, 'move', signal)
          if (!entered.ok) return entered
        }
        this.say('Showing how it is done…')
        await this.disk.keep(this.phaseId(), `${stepId}-before-show-me`, this.openFiles.saved())
        const reply = await carryOut(step.lab.solution, this.handsFor(step, signal))
        this.say(null)
        return reply
      }, asProblem)
      .finally(() => this.say(null))
  }

  async cancel(): Promise<Reply<null>> {
    await this.jobs.cancel()
    return DONE
  }

  async reset(what: 'step' | 'phase' | 'everything'): Promise<Reply<null>> {
    const lesson = this.current
    if (lesson === null) return { ok: false, problem: noSuch('phase', 'that is open') }
    return this.jobs.run(async (signal) => {
      this.watch = null
      const step = this.findStep(what === 'step' ? this.stepId : (lesson.steps[0]?.id ?? '')) ?? lesson.steps[0]
      if (step === undefined) return { ok: false, problem: noSuch('step', this.stepId) }
      if (what === 'everything') {
        await this.disk.removeAll()
        await this.progress.resetEverything()
      } else {
        if (what === 'phase') await this.disk.forgetKept(lesson.id, null)
        await this.progress.resetSteps(lesson.id, what === 'step' ? [step.id] : lesson.steps.map((one) => one.id))
      }
      return this.enter(step, 'reset', signal)
    }, asProblem)
  }

  async saveFile(name: string, text: string): Promise<Reply<null>> {
    if (!this.openFiles.has(name)) return { ok: false, problem: noSuch('file', name) }
    const saved = await this.openFiles.save(name, text)
    this.change.tellNow()
    if (!saved.ok) return saved
    const loaded = await this.lab.filesSaved(this.openFiles.fingerprints())
    const inCode = loaded.ok ? null : loaded.problem
    this.openFiles.setLoadProblem(inCode?.place === undefined ? null : inCode, name)
    this.change.tellNow()
    return loaded.ok || inCode?.place !== undefined ? DONE : loaded
  }

  async draft(name: string, text: string): Promise<Reply<null>> {
    return this.openFiles.has(name) ? this.openFiles.draft(name, text) : { ok: false, problem: noSuch('file', name) }
  }

  async close(): Promise<void> {
    this.stopListening()
    this.watch = null
    await this.jobs.cancel()
    this.change.close()
  }

  /** Makes the step the open one, with its files and its start state, and lets its checks begin. */
  private async enter(to: Step, way: Way, signal: AbortSignal): Promise<Reply<null>> {
    const from = this.findStep(this.stepId)
    const liveGreen = this.watch?.passed() ?? false
    const before = this.watch
    this.watch = null
    this.say('Getting the step ready…')
    try {
      const mayKeep = await this.bringFiles({ from, to, way, liveGreen })
      this.stepId = to.id
      this.tellProblem(await this.keepProgress(() => this.progress.goTo(this.phaseId(), to.id)))
      const say = (busy: string): void => this.say(busy)
      const { openFiles, current } = this
      const destination = {
        phase: current?.id ?? '',
        step: to,
        workdir: openFiles.workdir(),
        mayKeep,
        hands: this.handsFor(to, signal),
        say,
      }
      const reply = await this.stage.bring(destination)
      if (!reply.ok && reply.problem.place !== undefined) openFiles.setLoadProblem(reply.problem, null)
      this.begin(to)
      return reply
    } catch (error) {
      this.watch = before // the learner stays where they were
      throw error
    } finally {
      this.say(null)
    }
  }

  /** True when what runs may stay as it is. */
  private async bringFiles({
    from,
    to,
    way,
    liveGreen,
  }: {
    from: Step | undefined
    to: Step
    way: Way
    liveGreen: boolean
  }): Promise<boolean> {
    if (way === 'reset') {
      if (!this.openFiles.has('tasks.py')) await this.openFiles.resume(this.phaseId(), to)
      await this.openFiles.reset(to)
      return false
    }
    if (way === 'resume' || from === undefined || this.current === null) {
      await this.openFiles.resume(this.phaseId(), to)
      return false
    }
    const fingerprint = this.openFiles.fingerprint()
    const solved = (step: Step): boolean =>
      (step.id === from.id && liveGreen) || this.progressOf(step.id).solvedWith === fingerprint
    if (carriesOn(this.current.steps, { from, to, solved })) {
      this.openFiles.carryOn(to)
      return from.id !== to.id
    }
    const forward = this.current.steps.indexOf(to) > this.current.steps.indexOf(from)
    return (await this.openFiles.move(from, to)) && forward
  }

  private begin(step: Step): void {
    this.watch = new StepWatch(step, this.situation, this.lab.record.lastSeq)
    const { answers, note } = this.progressOf(step.id)
    // Answers given before a restart are facts still; the checks have to see them again.
    for (const [question, choice] of Object.entries(answers)) this.lab.note({ kind: 'answer', question, choice })
    if (note !== '') this.lab.note({ kind: 'answer', question: NOTE_QUESTION, choice: [String(countWords(note))] })
    this.afterFacts()
  }

  /** Turns the step done when all its checks are green at once. */
  private afterFacts(): void {
    const watch = this.watch
    if (watch === null) return
    if (watch.passed() && !this.progressOf(watch.stepId).done) {
      const observed = summary(watch.checks())
      const solvedWith = this.openFiles.fingerprint()
      const change = { done: true, observed, solvedWith }
      void this.keepProgress(() => this.progress.change(this.phaseId(), watch.stepId, change)).then((kept) =>
        this.tellProblem(kept),
      )
      this.change.tellNow()
    }
    this.change.tellSoon()
  }

  private handsFor(step: Step, signal: AbortSignal): Hands {
    return {
      lab: this.lab,
      signal,
      saveSolutionFile: (file) => this.saveFile(file, step.solved[file] ?? ''),
      answer: (question, choice) => this.answer(question, choice),
      writeNote: (text) => this.writeNote(step.id, text),
      areGreen: (checks) => this.checksOf(checks).every((check) => check.passed) && this.watch !== null,
      missing: (checks) => this.checksOf(checks).find((check) => !check.passed)?.observed ?? '',
    }
  }

  private checksOf(ids: readonly string[]): ReturnType<StepWatch['checks']> {
    return this.watch?.checks().filter((check) => ids.includes(check.id)) ?? []
  }

  private say(busy: string | null): void {
    this.busy = busy
    this.change.tellNow()
  }

  private async keepProgress(write: () => Promise<void>): Promise<Reply<null>> {
    try {
      await write()
      return DONE
    } catch (error) {
      return { ok: false, problem: cannotWrite('Your progress', error) }
    }
  }

  private tellProblem(reply: Reply<null>): void {
    if (!reply.ok) this.lab.problem(reply.problem)
  }

  private phaseId(): string {
    return this.current?.id ?? ''
  }

  private progressOf(step: string): ReturnType<Progress['step']> {
    return this.progress.step(this.phaseId(), step)
  }

  private findStep(id: string): Step | undefined {
    return this.current?.steps.find((step) => step.id === id)
  }
}

function isDone({ id, steps }: CoursePhase, progress: Progress): boolean {
  return steps.length > 0 && steps.every((step) => progress.step(id, step).done)
}

function noSuch(what: string, which: string): Problem {
  return {
    code: `no-such-${what}`,
    what: `There is no ${what} ${which}.`,
    meaning: 'Nothing was changed.',
    next: 'Choose another one.',
  }
}

function notWritten(phase: CoursePhase): Problem {
  return {
    code: 'phase-not-written',
    what: `Phase ${phase.number}, “${phase.title}”, is not in this version of the course.`,
    meaning: 'You stay where you are.',
    next: 'Go on with another phase.',
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof MalformedLesson) return error.toProblem()
  return cannotWrite('The learner’s folder', error)
}
