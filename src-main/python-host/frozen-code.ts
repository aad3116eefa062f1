/**
 * The learner's code as a worker found it when it started. Celery's children are forked with their parent's memory: one
 * that is replaced later runs the same code, whatever has been saved since. Ours are given the same files instead.
 */
import type { FrozenFile } from '../processes/messages/pool-setup.js'
import { readCodeFiles, type CodeFile } from '../record/code-fingerprint.js'

export async function freezeCode(workdir: string): Promise<readonly FrozenFile[]> {
  const files = await readCodeFiles(workdir)
  return files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }))
}

export function thawCode(frozen: readonly FrozenFile[]): readonly CodeFile[] {
  return frozen.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }))
}
