/** What is typed into the editor: a save is loaded by what runs, a draft is kept for later. */
import type { Reply } from '../../contract/problem.js'
import type { Lab } from '../../lab/lab-interface.js'
import type { Change } from './change.js'
import type { OpenFiles } from './open-files.js'
import { noSuch, refuse } from './refusals.js'
import type { TakenLesson } from './taken-lesson.js'

export interface EditedFilesParts {
  readonly lab: Lab
  readonly openFiles: OpenFiles
  readonly taken: TakenLesson
  readonly change: Change
}

export class EditedFiles {
  private readonly parts: EditedFilesParts

  constructor(parts: EditedFilesParts) {
    this.parts = parts
  }

  /** `more`: another file is saved right after this one, and both are loaded then. */
  async save(name: string, text: string, more: boolean): Promise<Reply<null>> {
    const { lab, openFiles, taken, change } = this.parts
    if (!openFiles.has(name)) return refuse(noSuch('file', name))
    const saved = await openFiles.save(name, text)
    change.tellNow()
    if (!saved.ok || more) return saved
    const restart = taken.findStep(taken.stepId)?.lab.restartOnSave === false ? 'web' : 'all'
    const loaded = await lab.filesSaved(openFiles.fingerprints(), restart)
    const inCode = !loaded.ok && loaded.problem.place !== undefined
    openFiles.setLoadProblem(inCode ? loaded.problem : null, name)
    change.tellNow()
    return inCode ? { ok: true, value: null } : loaded
  }

  async draft(name: string, text: string): Promise<Reply<null>> {
    const { openFiles } = this.parts
    return openFiles.has(name) ? openFiles.draft(name, text) : refuse(noSuch('file', name))
  }
}
