/** A folder or file that cannot be written or read, as a Problem. Input: what Node's fs threw. */
import { errorText } from '../../contract/error-text.js'
import type { Problem } from '../../contract/problem.js'

const REASONS: Readonly<Record<string, readonly [what: string, next: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space on the disk, then save again.'],
  EDQUOT: ['your quota on this disk is used up', 'Free some space, then save again.'],
  EACCES: ['the folder may not be written to', 'Give yourself the right to write there, then save again.'],
  EPERM: ['the system does not permit it', 'Give yourself the right to write there, then save again.'],
  EROFS: ['the disk is read-only', 'Make the disk writable, or start the app with another data folder.'],
  ENOTDIR: ['a file stands where a folder should be', 'Move that file away, then save again.'],
  EEXIST: ['a file stands where a folder should be', 'Move that file away, then save again.'],
  EISDIR: ['a folder stands where the file should be', 'Move that folder away, then save again.'],
}

export function cannotWrite(what: string, error: unknown): Problem {
  const code = errnoOf(error)
  const [reason, next] = REASONS[code] ?? [`the system says ${code}`, 'Look at the detail below, then save again.']
  return {
    code: 'cannot-save',
    what: `${what} could not be saved: ${reason}.`,
    meaning: 'Your text is still here in the window, but not on the disk yet. The last saved version is unharmed.',
    next,
    detail: errorText(error),
  }
}

export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
}
