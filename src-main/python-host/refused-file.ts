/** A code file that cannot be used, in whatever language: too large, or no text. Said before any of it runs. */
import type { CodeError } from '../engine/trace/task-runner.js'
import type { CodeFile } from '../record/code-fingerprint.js'

export const largestCodeFileBytes = 2 * 1024 * 1024

/** null: it can be used. */
export function refusalOf({ name, bytes }: CodeFile): CodeError | null {
  if (bytes.byteLength > largestCodeFileBytes) {
    const megabytes = (bytes.byteLength / 1024 / 1024).toFixed(1)
    return refusal(
      name,
      'FileTooLarge',
      `${name} is ${megabytes} MB: a code file may have 2 MB here. It was not loaded.`,
    )
  }
  const bad = firstBadByte(bytes)
  if (bad === null) return null
  const line = bytes.subarray(0, bad).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1)
  const shown = `0x${(bytes[bad] ?? 0).toString(16).padStart(2, '0')}`
  const message = `${name} is not UTF-8: byte ${shown} at position ${bad} (line ${line}). It was not loaded.`
  return refusal(name, 'UnicodeDecodeError', message, line)
}

function refusal(file: string, type: string, message: string, line = 1): CodeError {
  return { type, message, file, line, column: null, traceback: `${type}: ${message}\n` }
}

/** Where the bytes stop being UTF-8, or null. */
function firstBadByte(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null
  // The longest beginning that is still good, found by halving: a character cut in two at the end does not count.
  let good = 0
  let bad = bytes.byteLength
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle
    else bad = middle
  }
  return good
}

function isUtf8(bytes: Uint8Array, mayBeCut = false): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: mayBeCut })
    return true
  } catch {
    return false // fatal decoding throws for nothing else
  }
}
