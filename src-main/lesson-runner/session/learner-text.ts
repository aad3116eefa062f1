/** Which texts are accepted as a learner's file, both from the editor and from the disk, and what is said about the others. */
import { createHash } from 'node:crypto'
import type { Problem } from '../../contract/problem.js'

export const LARGEST_FILE_BYTES = 1024 * 1024

/** SHA-256, the first 12 hex digits. */
export function fingerprintOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 12)
}

/** One fingerprint for several files, whatever their order. */
export function fingerprintOfAll(files: Readonly<Record<string, string>>): string {
  const lines = Object.keys(files)
    .sort()
    .map((name) => `${name} ${fingerprintOf(files[name] ?? '')}`)
  return fingerprintOf(lines.join('\n'))
}

/** Why the editor's text is not saved, or null. */
export function refuseText(name: string, text: string): Problem | null {
  const bytes = Buffer.byteLength(text, 'utf8')
  if (bytes > LARGEST_FILE_BYTES) {
    return refusal(
      'file-too-large',
      `${name} has ${megabytes(bytes)}, and files up to 1 MB are accepted.`,
      'Make it smaller: a task file holds code, data belongs elsewhere.',
    )
  }
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    return {
      ...refusal(
        'file-has-nul',
        `${name} holds a NUL character, and Python source may not.`,
        'Delete that character, or paste the text again.',
      ),
      place: placeOf(name, text, nul),
    }
  }
  const surrogate = text.search(/\p{Surrogate}/u)
  if (surrogate >= 0) {
    return {
      ...refusal(
        'file-not-utf8',
        `${name} holds half of a character (a lone surrogate), which UTF-8 cannot store.`,
        'Delete that character, or paste the text again.',
      ),
      place: placeOf(name, text, surrogate),
    }
  }
  return null
}

export type ReadText = { readonly text: string } | { readonly problem: Problem }

/** Bytes from the disk: the learner may have put the file there with another program. */
export function readBytes(name: string, bytes: Buffer): ReadText {
  const kept = (code: string, what: string): ReadText => ({
    problem: {
      code,
      what,
      meaning:
        'The file stays on the disk as it is, and is not shown here. Saving another text keeps it under another name.',
      next: 'Press “Reset step” to begin with the step’s own file, or mend it with the program that wrote it.',
      place: { file: name, line: 1 },
    },
  })
  if (bytes.length > LARGEST_FILE_BYTES)
    return kept(
      'file-too-large',
      `${name} on the disk has ${megabytes(bytes.length)}; files up to 1 MB can be edited here.`,
    )
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return kept('file-not-utf8', `${name} on the disk is not UTF-8 text, and Python source has to be.`)
  }
}

function refusal(code: string, what: string, next: string): Problem {
  return {
    code,
    what,
    meaning:
      'It was not saved. The last saved version stays, and what runs goes on with it. Your text is still in the editor.',
    next,
  }
}

function placeOf(file: string, text: string, offset: number): NonNullable<Problem['place']> {
  const before = text.slice(0, offset).split('\n')
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
