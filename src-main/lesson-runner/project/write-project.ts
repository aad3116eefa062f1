/** Puts an exported project into a folder of its own, which must be new: nothing that is there already is touched. */
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '../../contract/error-text.js'
import type { Problem, Reply } from '../../contract/problem.js'
import type { Files } from '../format/step-files.js'

/** Answers the folder: `<parent>/harbour`, or with a number behind it. It appears whole or not at all. */
export async function writeProject(parent: string, files: Files): Promise<Reply<string>> {
  const half = join(parent, `.harbour-${process.pid}-${Date.now()}`)
  try {
    await mkdir(half, { recursive: true })
    for (const [name, text] of Object.entries(files)) await writeFile(join(half, name), text)
    const folder = await freeName(parent)
    await rename(half, folder)
    return { ok: true, value: folder }
  } catch (error) {
    await rm(half, { recursive: true, force: true }).catch(() => undefined) // what cannot be written cannot be removed either
    return { ok: false, problem: notExported(parent, error) }
  }
}

async function freeName(parent: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? 'harbour' : `harbour-${number}`)
    const isThere = await access(folder).then(
      () => true,
      () => false,
    )
    if (!isThere) return folder
  }
}

function notExported(parent: string, error: unknown): Problem {
  return {
    code: 'project-not-exported',
    what: 'Your lab could not be written to that folder.',
    meaning: 'Nothing was left there. Your files in the app are not affected.',
    next: 'Choose another folder, or make room on that disk, and export again.',
    detail: `${parent}\n${errorText(error)}`,
  }
}
