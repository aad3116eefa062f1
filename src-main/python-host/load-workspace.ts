/**
 * Brings the learner's files into Python and has them imported: the same for a pool process, the web process and the
 * code check. A file that cannot be used is refused here, before Python sees it, in words of the same shape.
 */
import { codeFingerprint, readCodeFiles, type CodeFile } from '../record/code-fingerprint.js'
import type { CodeError } from '../engine/trace/task-runner.js'
import type { LearnerEnvironment } from '../processes/messages/learner-environment.js'
import type { PythonHost } from './python-host.js'
import type { PythonLoadAnswer, PythonRequest } from './thread-messages.js'

export const largestCodeFileBytes = 2 * 1024 * 1024

export type LoadedWorkspace = PythonLoadAnswer & { readonly fingerprint: string }

export async function loadWorkspace(
  host: PythonHost,
  ask: {
    readonly environment: LearnerEnvironment
    readonly modules: readonly string[]
    readonly wanted: Extract<PythonRequest, { kind: 'load' }>['wanted']
    /** Absent: what the working folder holds now. */
    readonly files?: readonly CodeFile[]
  },
): Promise<LoadedWorkspace> {
  const { environment, modules, wanted } = ask
  const files = ask.files ?? (await readCodeFiles(environment.workdir))
  const fingerprint = codeFingerprint(files)
  const unusable = firstUnusable(files)
  if (unusable !== null) return { kind: 'refused', error: unusable, fingerprint }
  host.sockets.allow(environment.services)
  const environ = {
    ...environment.environ,
    CELERY_BROKER_URL: environment.brokerUrl,
    CELERY_RESULT_BACKEND: environment.resultBackend,
  }
  const { services } = environment
  const { answer } = await host.request(
    { kind: 'load', modules, wanted, environ, services, hostname: host.hostname },
    { files },
  )
  return { ...answer, fingerprint }
}

function firstUnusable(files: readonly CodeFile[]): CodeError | null {
  for (const { name, bytes } of files) {
    if (bytes.byteLength > largestCodeFileBytes) {
      const megabytes = (bytes.byteLength / 1024 / 1024).toFixed(1)
      return refusal(
        name,
        'FileTooLarge',
        `${name} is ${megabytes} MB: a code file may have 2 MB here. It was not loaded.`,
      )
    }
    const bad = firstBadByte(bytes)
    if (bad !== null) {
      const line = bytes.subarray(0, bad).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1)
      const shown = `0x${(bytes[bad] ?? 0).toString(16).padStart(2, '0')}`
      const message = `${name} is not UTF-8: byte ${shown} at position ${bad} (line ${line}). It was not loaded.`
      return refusal(name, 'UnicodeDecodeError', message, line)
    }
  }
  return null
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
