/**
 * TypeScript or JavaScript text becomes a function that can be called as a CommonJS module. Types are taken out and
 * imports become `require`; lines stay where they are, so that a stack names the learner's own.
 */
import { Script, compileFunction } from 'node:vm'
import { transform } from 'sucrase'

export type ModuleFunction = (
  exports: object,
  require: (specifier: string) => unknown,
  module: { readonly exports: unknown },
  filename: string,
  dirname: string,
) => void | Promise<void>

interface Place {
  readonly file: string
  /** From 1, as the column. */
  readonly line: number
  readonly column: number | null
}

/** What is written in the file is no program. */
export class ModuleSyntaxError extends Error {
  override readonly name = 'SyntaxError'
  readonly place: Place
  /** The line with a mark below it, as Node shows it. */
  readonly shown: string

  constructor(message: string, place: Place, text: string) {
    super(message)
    this.place = place
    const mark = place.column === null ? '' : `${' '.repeat(place.column - 1)}^\n`
    this.shown = `${place.file}:${place.line}\n${text.split('\n')[place.line - 1] ?? ''}\n${mark}`
  }
}

export interface ModuleText {
  /** The learner's name for it. */
  readonly file: string
  /** Where it lies: what a stack shows. */
  readonly path: string
  readonly text: string
  /** `await` may stand outside of functions: nobody who cannot wait imports it. */
  readonly mayAwait: boolean
}

const parameters = ['exports', 'require', 'module', '__filename', '__dirname']

/** Throws ModuleSyntaxError. */
export function compileModule({ file, path, text, mayAwait }: ModuleText): ModuleFunction {
  const code = withoutTypes(file, text)
  try {
    const made = mayAwait ? asyncFunction(code, path) : compileFunction(code, parameters, { filename: path })
    return made as ModuleFunction // by its parameters
  } catch (error) {
    throw error instanceof Error ? engineError(error, { file, path, text, code }) : error
  }
}

function asyncFunction(code: string, path: string): unknown {
  const head = `(async function (${parameters.join(', ')}) {`
  return new Script(`${head}${code}\n})`, { filename: path, columnOffset: -head.length }).runInThisContext()
}

function withoutTypes(file: string, text: string): string {
  try {
    const { code } = transform(text, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      filePath: file,
    })
    return code
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { line = 1, column = 1 } = (error as { loc?: { line: number; column: number } }).loc ?? {}
    const message = error.message.replace(`Error transforming ${file}: `, '').replace(/ \(\d+:\d+\)$/, '')
    throw new ModuleSyntaxError(message, { file, line, column }, text)
  }
}

/** V8 writes `path:line`, the line itself and a caret below it in front of the stack. */
function engineError(
  error: Error,
  {
    file,
    path,
    text,
    code,
  }: { readonly file: string; readonly path: string; readonly text: string; readonly code: string },
): Error {
  const [place = '', , caret = ''] = (error.stack ?? '').split('\n')
  const line = place.startsWith(`${path}:`) ? Number(place.slice(path.length + 1)) : NaN
  if (!Number.isInteger(line)) return error
  const lineOf = (all: string): string | undefined => all.split('\n')[line - 1]
  // Where something was taken out of the line, its columns are others.
  const column = lineOf(text) === lineOf(code) && caret.includes('^') ? caret.indexOf('^') + 1 : null
  return new ModuleSyntaxError(error.message, { file, line, column }, text)
}
