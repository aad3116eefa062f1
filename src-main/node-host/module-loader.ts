/**
 * Runs the learner's modules, each once, as Node runs CommonJS: a relative path is one of the files it was given,
 * `celery-from-zero` is the engine, anything else a module of Node, a package that Node finds from the working folder, or one
 * that comes with the app.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { CodeError } from '../engine/trace/task-runner.js'
import { compileModule } from './compile.js'
import { fileMeant, filesOfModule } from './module-files.js'
import { requirePackage } from './packages-at-hand.js'

/** One of the learner's files; one that cannot be read says why when it is imported. */
export type ModuleFile = { readonly name: string } & ({ readonly text: string } | { readonly refusal: CodeError })

export const libraryName = 'celery-from-zero'

/** Named as Python's, so that the command line says of both the same. */
export class ModuleNotFoundError extends Error {
  override readonly name = 'ModuleNotFoundError'
}

/** The file itself was refused, whatever is in it. */
export class UnusableFile extends Error {
  readonly refusal: CodeError

  constructor(refusal: CodeError) {
    super(refusal.message)
    this.refusal = refusal
  }
}

interface LoadedModule {
  exports: unknown
}

export interface ModuleLoaderParts {
  /** Where the files lie: what stacks show, and from where packages are found. */
  readonly workdir: string
  readonly files: readonly ModuleFile[]
  /** What `import … from 'celery-from-zero'` gives. */
  readonly library: object
}

export class ModuleLoader {
  private readonly parts: ModuleLoaderParts
  private readonly files: ReadonlyMap<string, ModuleFile>
  private readonly names: ReadonlySet<string>
  private readonly loaded = new Map<string, LoadedModule>()

  constructor(parts: ModuleLoaderParts) {
    this.parts = parts
    this.files = new Map(parts.files.map((file) => [file.name, file]))
    this.names = new Set(this.files.keys())
  }

  /**
   * `tasks`, `shop.tasks`: the file it is, and what it exports. Such a module may await, one that it imports may not.
   * Rejects with what the module throws.
   */
  async importModule(module: string): Promise<{ readonly file: string; readonly exports: unknown }> {
    const [file] = filesOfModule(module, this.names)
    if (file === undefined) throw new ModuleNotFoundError(`No module named '${module}'`)
    const { loaded, running } = this.load(file, true)
    try {
      await running
    } catch (error) {
      this.loaded.delete(file)
      throw error
    }
    return { file, exports: loaded.exports }
  }

  private load(name: string, mayAwait: boolean): { readonly loaded: LoadedModule; readonly running: unknown } {
    const known = this.loaded.get(name)
    if (known !== undefined) return { loaded: known, running: null } // in a circle: as far as it has come
    const file = this.files.get(name)
    if (file === undefined) throw new ModuleNotFoundError(`there is no file ${name}`)
    if ('refusal' in file) throw new UnusableFile(file.refusal)
    const path = join(this.parts.workdir, name)
    const run = compileModule({ file: name, path, text: file.text, mayAwait })
    const exports = {}
    const module: LoadedModule = { exports }
    this.loaded.set(name, module)
    try {
      const running = run.call(exports, exports, this.requireIn(name, path), module, path, dirname(path))
      return { loaded: module, running }
    } catch (error) {
      this.loaded.delete(name)
      throw error
    }
  }

  private requireIn(name: string, path: string): (specifier: string) => unknown {
    const nodes = createRequire(path)
    return (specifier) => {
      if (specifier === libraryName) return this.parts.library
      if (!/^\.\.?(?:\/|$)/.test(specifier)) return requirePackage(specifier, nodes)
      const file = fileMeant(specifier, name, this.names)
      if (file === null) throw new ModuleNotFoundError(notFoundWords(specifier, name))
      return this.load(file, false).loaded.exports
    }
  }
}

function notFoundWords(specifier: string, from: string): string {
  const isOther = /\.\w+$/.test(specifier) && !/\.[jt]s$/.test(specifier)
  const expected = isOther
    ? 'only .ts and .js files of the working folder can be imported; read any other with node:fs'
    : 'there is no such .ts or .js file in the working folder'
  return `Cannot find module '${specifier}' imported by ${from}: ${expected}`
}
