/**
 * The lesson that is being taken and its open step: files and start state are brought, checks are fed with facts, and what turns green
 * is kept as progress. The lesson runner gives the orders; the lab's record gives the facts.
 */
import type { Reply } from '../../contract/problem.js'
import type { CheckView } from '../../contract/views.js'
import type { Lab } from '../../lab/lab-interface.js'
import { countWords, NOTE_QUESTION } from '../checks/note.js'
import { Situation } from '../checks/situation.js'
import type { Lesson, Step } from '../format/lesson.js'
import { carriesOn } from './carries-on.js'
import type { Hands } from './carry-out.js'
import type { Change } from './change.js'
import { firstTime } from './guess-again.js'
import { cannotWrite } from './folder-problem.js'
import { summary } from './lesson-views.js'
import type { Notebook } from './notebook.js'
import type { OpenFiles } from './open-files.js'
import type { Progress, StepProgress } from './progress.js'
import { noSuch, refuse } from './refusals.js'
import { StageKeeper } from './stage-keeper.js'
import { StepWatch } from './step-watch.js'

/**
 * `arrive`: as `move`, but from another phase, so that nothing of what runs may stay. `translate`: the same step in its other
 * language.
 */
export type Way = 'resume' | 'move' | 'arrive' | 'reset' | 'translate'

export interface TakenLessonParts {
  readonly lab: Lab
  readonly openFiles: OpenFiles
  readonly progress: Progress
  readonly change: Change
  readonly cards: Notebook
}

export class TakenLesson {
  lesson: Lesson | null = null
  stepId = ''
  /** What is being done for the learner right now, in words. */
  busy: string | null = null
  private readonly parts: TakenLessonParts
  private readonly situation = new Situation()
  private readonly stage: StageKeeper
  private watch: StepWatch | null = null
  private stopListening: () => void = () => undefined

  constructor(parts: TakenLessonParts) {
    this.parts = parts
    this.stage = new StageKeeper(parts.lab, this.situation)
  }

  listen(): void {
    const { record } = this.parts.lab
    for (const item of record.itemsAfter(0)) this.situation.see(item)
    this.stopListening = record.onItem((item) => {
      this.situation.see(item)
      if (this.watch === null) return
      this.watch.see(item, this.situation)
      this.afterFacts()
    })
  }

  close(): void {
    this.stopListening()
    this.watch = null
  }

  /** The open phase's id; empty before the first. */
  get phaseId(): string {
    return this.lesson?.id ?? ''
  }

  findStep(id: string): Step | undefined {
    return this.lesson?.steps.find((step) => step.id === id)
  }

  async withStep(id: string, work: (step: Step) => Promise<Reply<null>>): Promise<Reply<null>> {
    const step = this.findStep(id)
    return step === undefined ? refuse(noSuch('step', id)) : work(step)
  }

  progressOf(step: string): StepProgress {
    return this.parts.progress.step(this.phaseId, step)
  }

  /** Verdicts of the open step; null while its start state is being built. */
  checks(): readonly CheckView[] | null {
    return this.watch?.checks() ?? null
  }

  /** The open step's checks are at work on a complete start state. */
  isUnderWay(step: string): boolean {
    return step === this.stepId && this.watch !== null && this.stage.isBuilt()
  }

  take(lesson: Lesson): void {
    this.watch = null
    this.lesson = lesson
  }

  /** Takes up the files of the step where the learner left off, so that going on from there keeps them. */
  async pickUp(step: Step): Promise<void> {
    await this.parts.openFiles.resume(this.phaseId, step)
    this.stepId = step.id
  }

  say(busy: string | null): void {
    this.busy = busy
    this.parts.change.tellNow()
  }

  /** Says so for as long as the work takes. */
  async saying<T>(busy: string, work: () => Promise<T>): Promise<T> {
    this.say(busy)
    try {
      return await work()
    } finally {
      this.say(null)
    }
  }

  /** Makes the step the open one, with its files and its start state, and lets its checks begin. */
  async enter(to: Step, way: Way, hands: Hands): Promise<Reply<null>> {
    const { openFiles, progress } = this.parts
    const before = this.watch
    const liveGreen = before?.passed() ?? false
    this.watch = null
    this.say('Getting the step ready…')
    try {
      const mayKeep = await this.bringFiles(to, way, liveGreen)
      this.stepId = to.id
      this.tellProblem(await this.keep(() => progress.goTo(this.phaseId, to.id)))
      const say = (busy: string): void => this.say(busy)
      const workdir = openFiles.workdir()
      const reply = await this.stage.bring({ phase: this.phaseId, step: to, workdir, mayKeep, hands, say })
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

  /** Judges the open step's facts anew. */
  judgeAgain(): void {
    if (this.watch === null) return
    this.watch.again(this.parts.lab.record.itemsAfter(this.watch.startSeq()))
    this.afterFacts()
    this.parts.change.tellNow()
  }

  /** Progress in memory changes even when the disk refuses; then the reply says so. */
  async keep(write: () => Promise<void>): Promise<Reply<null>> {
    try {
      await write()
      return { ok: true, value: null }
    } catch (error) {
      return { ok: false, problem: cannotWrite('Your progress', error) }
    }
  }

  /** True when what runs may stay as it is. */
  private async bringFiles(to: Step, way: Way, liveGreen: boolean): Promise<boolean> {
    const { openFiles } = this.parts
    const from = this.findStep(this.stepId)
    if (way === 'reset') {
      await openFiles.reset(this.phaseId, to)
      return false
    }
    if (way === 'translate') {
      await openFiles.translate(to)
      return false
    }
    if (way === 'resume' || from === undefined || this.lesson === null) {
      await openFiles.resume(this.phaseId, to)
      return false
    }
    const fingerprint = openFiles.fingerprint()
    const solved = (step: Step): boolean =>
      (step.id === from.id && liveGreen) || this.progressOf(step.id).solvedWith === fingerprint
    if (from.id === to.id) {
      openFiles.carryOn(to)
      return false
    }
    if (carriesOn(this.lesson.steps, { from, to, solved }) && !(await openFiles.hasKept(to))) {
      this.tellProblem(await this.keep(() => openFiles.leave(from)))
      openFiles.carryOn(to)
      return way === 'move'
    }
    const forward = this.lesson.steps.indexOf(to) > this.lesson.steps.indexOf(from)
    return (await openFiles.move(from, to)) && forward && way === 'move'
  }

  private begin(step: Step): void {
    const { lab } = this.parts
    this.watch = new StepWatch(step, this.situation, lab.record.lastSeq)
    const { answers, note } = this.progressOf(step.id)
    // Answers given before a restart are facts still; the checks have to see them again.
    for (const [question, choice] of Object.entries(answers)) lab.note({ kind: 'answer', question, choice })
    if (note !== '') lab.note({ kind: 'answer', question: NOTE_QUESTION, choice: [String(countWords(note))] })
    this.afterFacts()
  }

  /** Turns the step done when all its checks are green at once. */
  private afterFacts(): void {
    const { watch } = this
    const { openFiles, progress, change } = this.parts
    if (watch === null) return
    change.tellSoon()
    this.keepMeasured(watch)
    if (this.progressOf(watch.stepId).done || !watch.passed()) return
    const asked = this.findStep(watch.stepId)?.lab.prediction !== undefined
    const again = asked ? { again: firstTime(Date.now()) } : {}
    const done = { done: true, observed: summary(watch.checks()), solvedWith: openFiles.fingerprint(), ...again }
    const phase = this.phaseId
    void this.keep(() => progress.change(phase, watch.stepId, done)).then((kept) => this.tellProblem(kept))
    void this.keepCard({ stepId: watch.stepId, fromSeq: watch.startSeq() })
    change.tellNow()
  }

  /** What a check measured for the learner's note stays there, also when the step is left or measured again. */
  private keepMeasured(watch: StepWatch): void {
    const wanted = this.findStep(watch.stepId)?.lab.measured ?? []
    if (wanted.length === 0) return
    const { measured } = this.progressOf(watch.stepId)
    const fresh = watch
      .checks()
      .filter(({ id, passed, observed }) => wanted.includes(id) && passed && measured[id] !== observed)
    if (fresh.length === 0) return
    const now = { ...measured, ...Object.fromEntries(fresh.map(({ id, observed }) => [id, observed])) }
    const kept = this.keep(() => this.parts.progress.change(this.phaseId, watch.stepId, { measured: now }))
    void kept.then((reply) => this.tellProblem(reply))
  }

  /** The run behind the phase's main point is kept as a card of the notebook. */
  private async keepCard({ stepId, fromSeq }: { readonly stepId: string; readonly fromSeq: number }): Promise<void> {
    if ((this.findStep(stepId)?.ahaText ?? '') === '') return
    const { cards, lab } = this.parts
    try {
      await cards.keepRun(this.phaseId, stepId, lab.record.itemsAfter(fromSeq))
    } catch (error) {
      lab.problem(cannotWrite('The card of your notebook', error))
    }
  }

  private tellProblem(reply: Reply<null>): void {
    if (!reply.ok) this.parts.lab.problem(reply.problem)
  }
}
