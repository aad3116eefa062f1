/** A CodeError in the words of the window: what it is, what it means for what runs now, what to do. */
import type { Problem } from '../../contract/problem.js'
import type { CodeError } from '../../engine/trace/task-runner.js'
import { isModuleFile } from '../../node-host/module-files.js'

/** Stable codes for those that the editor refuses by itself as well. */
const codes: Readonly<Record<string, string>> = {
  FileTooLarge: 'file-too-large',
  UnicodeDecodeError: 'file-not-utf8',
  AmbiguousModule: 'module-unclear',
}
const syntaxErrors: ReadonlySet<string> = new Set(['SyntaxError', 'IndentationError', 'TabError'])

export function codeProblem(error: CodeError, meaning: string): Problem {
  const { type, message, file, line, column, traceback } = error
  const language = isModuleFile(file) ? 'typescript' : 'python'
  const ofLanguage = syntaxErrors.has(type) ? `${language}-syntax-error` : `${language}-error`
  return {
    code: (Object.hasOwn(codes, type) ? codes[type] : null) ?? ofLanguage, // a class may be called `constructor`
    what: `${file}, line ${line}: ${type}: ${message}`,
    meaning,
    next: `Correct ${file} where it is marked, and save.`,
    detail: traceback,
    place: column === null ? { file, line } : { file, line, column },
  }
}
