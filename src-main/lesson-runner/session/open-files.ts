/**
 * The files of the open phase as the editor knows them: saved texts, unsaved drafts, what is wrong with each. Nothing that was typed
 * is lost when the disk refuses: it stays here as a draft until a save succeeds.
 */
import type { Problem, Reply } from '../../contract/problem.js'
import type { FileView } from '../../contract/views.js'
import type { TaskLanguage } from '../../contract/views.js'
import { stepIn, type Step } from '../format/lesson.js'
import { languageOf, type Files } from '../format/step-files.js'
import { cannotWrite } from './folder-problem.js'
import type { LearnerFile, LearnerFiles } from './learner-files.js'
import { fingerprintOf, fingerprintOfAll, refuseText } from './learner-text.js'
import { viewFile } from './lesson-views.js'

interface OpenFile {
  readonly saved: string
  /** What is on the disk cannot be shown. */
  readonly unusable: Problem | null
  /** The saved text does not load. */
  readonly loadProblem: Problem | null
}

const DONE: Reply<null> = { ok: true, value: null }

export class OpenFiles {
  private readonly disk: LearnerFiles
  private phase = ''
  private step: Step | null = null
  private files = new Map<string, OpenFile>()
  private drafts = new Map<string, string>()

  constructor(disk: LearnerFiles) {
    this.disk = disk
  }

  workdir(): string {
    return this.disk.workdir(this.phase)
  }

  views(): readonly FileView[] {
    const { step } = this
    if (step === null) return []
    return [...this.files].map(([name, { saved, unusable, loadProblem }]) =>
      viewFile({ name, saved, draft: this.drafts.get(name), step, problem: unusable ?? loadProblem }),
    )
  }

  saved(): Files {
    return Object.fromEntries([...this.files].map(([name, file]) => [name, file.saved]))
  }

  fingerprint(): string {
    return fingerprintOfAll(this.saved())
  }

  fingerprints(): readonly { readonly name: string; readonly fingerprint: string }[] {
    return [...this.files].map(([name, { saved }]) => ({ name, fingerprint: fingerprintOf(saved) }))
  }

  has(name: string): boolean {
    return this.files.has(name)
  }

  /** Of the task file that is open; null: there is none yet. */
  get language(): TaskLanguage | null {
    return languageOf([...this.files.keys()])
  }

  /** Opens a phase with what the learner left there; files that are not there come from the step. */
  async resume(phase: string, step: Step): Promise<void> {
    const onDisk = (await this.disk.read(phase)) ?? new Map()
    const left = languageOf([...onDisk.keys()])
    if (left !== null && left !== step.language) return this.resumeOther(phase, step, onDisk)
    this.show(phase, step)
    for (const [name, text] of Object.entries(step.start)) {
      const file = onDisk.get(name)
      if (file === undefined) await this.disk.save(phase, name, text)
      this.files.set(name, { saved: file?.text ?? text, unusable: file?.problem ?? null, loadProblem: null })
    }
    for (const [name, text] of await this.disk.drafts(phase)) if (this.files.has(name)) this.drafts.set(name, text)
  }

  /** Goes on with the same files: only what “start” and “solution” mean changes. */
  carryOn(step: Step): void {
    this.step = step
  }

  /** What was edited in this step is kept for the way back. */
  async leave(step: Step): Promise<void> {
    const edited = Object.fromEntries(
      [...this.files].map(([name, { saved }]) => [name, this.drafts.get(name) ?? saved]),
    )
    if (fingerprintOfAll(edited) === fingerprintOfAll(step.start)) await this.disk.forgetKept(this.phase, keptAs(step))
    else await this.disk.keep(this.phase, keptAs(step), edited)
  }

  /** The learner has been in this step before and has edited something there. */
  async hasKept(step: Step): Promise<boolean> {
    return (await this.disk.kept(this.phase, keptAs(step))) !== null
  }

  /** Leaves one step for another with other files. True when the files are the same after all. */
  async move(from: Step, to: Step): Promise<boolean> {
    const before = this.fingerprint()
    await this.leave(from)
    await this.put(to, { ...to.start, ...(await this.disk.kept(this.phase, keptAs(to))) })
    return this.fingerprint() === before
  }

  /** The same step in its other language: what was edited in this one is kept for the way back. */
  async translate(to: Step): Promise<void> {
    if (this.step !== null) await this.move(this.step, to)
  }

  /** What was left there is in the other language. */
  private async resumeOther(phase: string, step: Step, onDisk: ReadonlyMap<string, LearnerFile>): Promise<void> {
    const language = step.language === 'python' ? 'typescript' : 'python'
    const left = stepIn(language, step)
    const drafts = await this.disk.drafts(phase)
    this.show(phase, left)
    for (const [name, { text, problem }] of onDisk)
      this.files.set(name, { saved: text, unusable: problem, loadProblem: null })
    for (const [name, text] of drafts) if (this.files.has(name)) this.drafts.set(name, text)
    await this.move({ ...left, language }, step)
  }

  async reset(phase: string, step: Step): Promise<void> {
    if (phase !== this.phase) await this.resume(phase, step)
    await this.disk.forgetKept(phase, keptAs(step))
    await this.put(step, step.start)
  }

  async save(name: string, text: string): Promise<Reply<null>> {
    const refused = refuseText(name, text)
    if (refused !== null) return { ok: false, problem: refused }
    this.drafts.set(name, text) // until the disk has it
    try {
      if (this.files.get(name)?.unusable) await this.disk.setAside(this.phase, name)
      await this.disk.save(this.phase, name, text)
    } catch (error) {
      return { ok: false, problem: cannotWrite(name, error) }
    }
    this.files.set(name, { saved: text, unusable: null, loadProblem: null })
    if (this.drafts.get(name) === text) await this.forgetDraft(name)
    return DONE
  }

  async draft(name: string, text: string): Promise<Reply<null>> {
    try {
      if (text === this.files.get(name)?.saved) {
        await this.forgetDraft(name)
        return DONE
      }
      this.drafts.set(name, text)
      if (refuseText(name, text) === null) await this.disk.saveDraft(this.phase, name, text)
      return DONE
    } catch (error) {
      return { ok: false, problem: cannotWrite(`The draft of ${name}`, error) }
    }
  }

  /** The problem belongs to the file it names, or to `suspect` when it names none of ours. */
  setLoadProblem(problem: Problem | null, suspect: string | null): void {
    const culprit = problem?.place !== undefined && this.files.has(problem.place.file) ? problem.place.file : suspect
    for (const [name, file] of this.files)
      this.files.set(name, { ...file, loadProblem: name === culprit ? problem : null })
  }

  private show(phase: string, step: Step): void {
    this.phase = phase
    this.step = step
    this.files = new Map()
    this.drafts = new Map()
  }

  private async put(step: Step, files: Files): Promise<void> {
    for (const [name, file] of this.files) if (file.unusable !== null) await this.disk.setAside(this.phase, name)
    await this.disk.replace(this.phase, files)
    this.show(this.phase, step)
    for (const [name, text] of Object.entries(files))
      this.files.set(name, { saved: text, unusable: null, loadProblem: null })
  }

  private async forgetDraft(name: string): Promise<void> {
    this.drafts.delete(name)
    await this.disk.dropDraft(this.phase, name)
  }
}

/** Where what was edited in a step is kept: each language has its own. */
function keptAs({ id, language }: Step): string {
  return language === 'python' ? id : `${id}-in-${language}`
}
