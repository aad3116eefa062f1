/**
 * Which language a module of the learner's is written in, by the file that is there: `tasks.py` is Python's, `tasks.ts`
 * and `tasks.js` are node-host's. Pure.
 */
import type { CodeError } from '../../engine/trace/task-runner.js'
import { filesOfModule } from '../../node-host/module-files.js'

export type CodeHost =
  /** Also where no file is there: Python then says so. */
  | { readonly kind: 'python' }
  | { readonly kind: 'node' }
  /** More than one file is that module. */
  | { readonly kind: 'unclear'; readonly error: CodeError }

/** `module`: `tasks`, `shop.tasks:app`; `names`: the working folder's code files. */
export function codeHostOf(module: string, names: readonly string[]): CodeHost {
  const [path = ''] = module.split(':')
  const stem = path.replaceAll('.', '/')
  const pythons = [`${stem}.py`, `${stem}/__init__.py`].filter((name) => names.includes(name))
  const nodes = filesOfModule(path, names)
  if (nodes.length === 0) return { kind: 'python' }
  if (pythons.length === 0 && nodes.length === 1) return { kind: 'node' }
  return { kind: 'unclear', error: unclear(path, [...pythons, ...nodes]) }
}

function unclear(module: string, found: readonly string[]): CodeError {
  const all = `${found.slice(0, -1).join(', ')} and ${found.at(-1) ?? ''}`
  const message = `the module '${module}' is ${all}: which of them is meant is not clear. Nothing was loaded; keep one of them`
  const type = 'AmbiguousModule'
  return { type, message, file: found.at(-1) ?? module, line: 1, column: null, traceback: `${type}: ${message}\n` }
}
