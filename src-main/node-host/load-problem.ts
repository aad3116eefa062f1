/** What a module threw while it was loaded, as the code problem of the learner's own file and line. */
import { relative, sep } from 'node:path'
import { kindOf } from '../engine/app/raised-error.js'
import type { CodeError } from '../engine/trace/task-runner.js'
import { ModuleSyntaxError } from './compile.js'
import { UnusableFile } from './module-loader.js'

/** `process.exit()` while a module was loaded. */
export class ProcessExit extends Error {
  override readonly name = 'SystemExit'

  constructor(code: number) {
    super(`process.exit(${code}) was called while the module was loaded`)
  }
}

export interface LoadSurroundings {
  readonly workdir: string
  /** Blamed when the stack names no file of the learner's. */
  readonly mainFile: string
  /** Where our own code lies: its frames are of no interest to the module's author. */
  readonly ownFolder: string
}

export function loadProblem(thrown: unknown, given: LoadSurroundings): CodeError {
  if (thrown instanceof UnusableFile) return thrown.refusal
  if (thrown instanceof ModuleSyntaxError) return syntaxProblem(thrown)
  const error = thrown instanceof Error ? thrown : new Error(`a value that is no Error was thrown: ${String(thrown)}`)
  const type = kindOf(error)
  const frames = learnersFrames(error, given)
  const [innermost] = frames
  return {
    type,
    message: error.message || type,
    file: innermost?.file ?? given.mainFile,
    line: innermost?.line ?? 1,
    column: null, // of the text that ran, which is not the text of the file
    traceback: `${type}: ${error.message}\n${frames.map(({ text }) => `${text}\n`).join('')}`,
  }
}

function syntaxProblem({ message, place, shown }: ModuleSyntaxError): CodeError {
  return { type: 'SyntaxError', message, ...place, traceback: `${shown}SyntaxError: ${message}\n` }
}

interface Frame {
  readonly text: string
  readonly file: string
  readonly line: number
}

function learnersFrames(error: Error, { workdir, ownFolder }: LoadSurroundings): readonly Frame[] {
  return (error.stack ?? '').split('\n').flatMap((text) => {
    const [, path, line] = /^\s+at .*?\(?((?:\/|[A-Za-z]:\\)[^()]*):(\d+):\d+\)?$/.exec(text) ?? []
    if (path === undefined || !path.startsWith(workdir + sep) || path.startsWith(ownFolder + sep)) return []
    return [
      {
        text: text.replaceAll(workdir + sep, ''),
        file: relative(workdir, path).replaceAll(sep, '/'),
        line: Number(line),
      },
    ]
  })
}
