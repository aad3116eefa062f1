/**
 * The learner's files on disk: workspace/<phase>/ is what runs, drafts/<phase>/ is unsaved text, kept/<phase>/<step>/ is what was edited
 * in a step that the learner has left. Only here are they read and written.
 */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../contract/problem.js'
import type { Files } from '../format/step-files.js'
import { removeHalfWritten, writeAtomic } from './atomic-write.js'
import { readBytes } from './learner-text.js'

export interface LearnerFile {
  /** Empty when what is on the disk cannot be shown. */
  readonly text: string
  /** Why it cannot be shown. */
  readonly problem: Problem | null
}

export class LearnerFiles {
  private readonly dataFolder: string

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder
  }

  workdir(phase: string): string {
    return join(this.dataFolder, 'workspace', phase)
  }

  /** Null when the phase has never been opened here. */
  async read(phase: string): Promise<ReadonlyMap<string, LearnerFile> | null> {
    for (const name of ['.', `workspace/${phase}`, `drafts/${phase}`])
      await removeHalfWritten(join(this.dataFolder, name))
    return readFolder(this.workdir(phase))
  }

  /** Makes the workspace hold these files and no other. */
  async replace(phase: string, files: Files): Promise<void> {
    const folder = this.workdir(phase)
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(folder)) {
      if (!Object.hasOwn(files, name)) await rm(join(folder, name), { recursive: true, force: true })
    }
    for (const [name, text] of Object.entries(files)) await writeAtomic(join(folder, name), text)
    await this.dropDrafts(phase)
  }

  async save(phase: string, name: string, text: string): Promise<void> {
    await writeAtomic(join(this.workdir(phase), name), text)
  }

  /** For what cannot be shown in the editor: moved away instead of being overwritten. */
  async setAside(phase: string, name: string): Promise<void> {
    const aside = join(this.dataFolder, 'kept', phase)
    await mkdir(aside, { recursive: true })
    await rename(join(this.workdir(phase), name), join(aside, `${name}.${Date.now()}`))
  }

  async drafts(phase: string): Promise<ReadonlyMap<string, string>> {
    const files = await readFolder(join(this.dataFolder, 'drafts', phase))
    return new Map(
      [...(files ?? [])].filter(([, file]) => file.problem === null).map(([name, file]) => [name, file.text]),
    )
  }

  async saveDraft(phase: string, name: string, text: string): Promise<void> {
    await writeAtomic(join(this.dataFolder, 'drafts', phase, name), text)
  }

  async dropDraft(phase: string, name: string): Promise<void> {
    await rm(join(this.dataFolder, 'drafts', phase, name), { force: true })
  }

  async dropDrafts(phase: string): Promise<void> {
    await rm(join(this.dataFolder, 'drafts', phase), { recursive: true, force: true })
  }

  /** Puts texts where `kept` finds them again. */
  async keep(phase: string, step: string, files: Files): Promise<void> {
    for (const [name, text] of Object.entries(files))
      await writeAtomic(join(this.dataFolder, 'kept', phase, step, name), text)
  }

  async kept(phase: string, step: string): Promise<Files | null> {
    const files = await readFolder(join(this.dataFolder, 'kept', phase, step))
    if (files === null || files.size === 0) return null
    return Object.fromEntries([...files].map(([name, file]) => [name, file.text]))
  }

  async forgetKept(phase: string, step: string | null): Promise<void> {
    await rm(join(this.dataFolder, 'kept', phase, step ?? ''), { recursive: true, force: true })
  }

  async removeAll(): Promise<void> {
    for (const name of ['workspace', 'drafts', 'kept'])
      await rm(join(this.dataFolder, name), { recursive: true, force: true })
  }
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, LearnerFile> | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (names === null) return null
  const files = new Map<string, LearnerFile>()
  for (const name of names.filter((one) => /\.(?:py|ts)$/.test(one)).sort()) {
    const read = readBytes(name, await readFile(join(folder, name)))
    files.set(name, 'text' in read ? { text: read.text, problem: null } : { text: '', problem: read.problem })
  }
  return files
}
