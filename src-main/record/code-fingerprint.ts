/**
 * Which version of the learner's code a process runs: the SHA-256 over all of its Python, TypeScript and JavaScript files,
 * first 12 hex digits.
 * The same files give the same digits in the editor's process, in the lab and in a pool process, so a worker on old
 * code can be marked. Knows nothing of this project: whoever has files may call it.
 */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface CodeFile {
  /** Path inside the working folder, with `/`: `tasks.py`, `shop/mail.py`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Folders that hold no code of the learner's. */
const skippedFolders = new Set(['__pycache__', 'node_modules', 'venv'])

const codeEndings = ['.py', '.ts', '.js'] as const

/** Every code file of the folder and its subfolders, sorted by name; hidden folders are left out. */
export async function readCodeFiles(workdir: string): Promise<readonly CodeFile[]> {
  const files: CodeFile[] = []
  const visit = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const name = prefix + entry.name
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !skippedFolders.has(entry.name)) {
          await visit(join(folder, entry.name), `${name}/`)
        }
      } else if (codeEndings.some((ending) => entry.name.endsWith(ending))) {
        files.push({ name, bytes: await readFile(join(folder, entry.name)) })
      }
    }
  }
  await visit(workdir, '')
  return files.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names and bytes, each with its length before it, so that no two sets of files read the same. */
export function codeFingerprint(files: readonly CodeFile[]): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${Buffer.byteLength(name)}:${name}:${bytes.byteLength}:`)
    hash.update(bytes)
  }
  return hash.digest('hex').slice(0, 12)
}
