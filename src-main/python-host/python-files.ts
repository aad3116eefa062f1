/**
 * The learner's Python files as Python gets them. One that cannot be used is not given to it: whoever imports that file hears
 * why, and the others are as usable as before.
 */
import type { CodeError } from '../engine/trace/task-runner.js'
import type { CodeFile } from '../record/code-fingerprint.js'
import { refusalOf } from './refused-file.js'

export interface PythonFiles {
  readonly usable: readonly CodeFile[]
  readonly unusable: readonly UnusableFile[]
}

export interface UnusableFile {
  /** As it is imported: `shop.mail`. */
  readonly module: string
  readonly error: CodeError
}

export function pythonFiles(files: readonly CodeFile[]): PythonFiles {
  const usable: CodeFile[] = []
  const unusable: UnusableFile[] = []
  for (const file of files) {
    if (!file.name.endsWith('.py')) continue
    const error = refusalOf(file)
    if (error === null) usable.push(file)
    else unusable.push({ module: moduleOf(file.name), error })
  }
  return { usable, unusable }
}

function moduleOf(name: string): string {
  return name.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
}
