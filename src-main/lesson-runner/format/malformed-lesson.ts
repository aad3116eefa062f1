/** A lesson that cannot be used: where, what was found, what was expected. Goes to `lessons:check`'s output and, in the app, into a Problem. */
import type { Problem } from '../../contract/problem.js'

export class MalformedLesson extends Error {
  override readonly name = 'MalformedLesson'
  readonly file: string
  readonly line: number

  constructor(file: string, line: number, what: string) {
    super(`${file}:${line}: ${what}`)
    this.file = file
    this.line = line
  }

  toProblem(): Problem {
    return {
      code: 'malformed-lesson',
      what: `A lesson's file has a mistake: ${this.message}`,
      meaning: 'This phase cannot be opened. Your own files are not touched.',
      next: 'Correct that line and start the app again, or install the app anew.',
      place: { file: this.file, line: this.line },
    }
  }
}
