/**
 * A small JSON file that survives a crash: written beside itself, then renamed over the old one. A file that cannot be
 * read as JSON is kept aside as `NAME.broken` and reported, never silently thrown away.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'

export type JsonFileContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly keptAs: string; readonly reason: string }

export function readJsonFile(file: string): JsonFileContent {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' }
    return { kind: 'broken', keptAs: file, reason: String(error) }
  }
  try {
    return { kind: 'read', value: JSON.parse(text) }
  } catch (error) {
    return putAside(file, String(error))
  }
}

/** Also for content that parses but is not what the caller can use. */
export function putAside(file: string, reason: string): JsonFileContent {
  const keptAs = `${file}.broken`
  rmSync(keptAs, { force: true })
  renameSync(file, keptAs)
  return { kind: 'broken', keptAs, reason }
}

/** For the last moment of the app, when nothing waits for a promise any more. */
export function writeJsonFileNow(file: string, value: unknown): void {
  const beside = `${file}.new`
  writeFileSync(beside, `${JSON.stringify(value)}\n`)
  renameSync(beside, file)
}

export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  const beside = `${file}.new`
  try {
    const handle = await open(beside, 'w')
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`)
      await handle.sync() // else a power cut after the rename can leave an empty file
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
