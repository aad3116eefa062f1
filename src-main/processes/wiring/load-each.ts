/** Several modules of the learner's, each loaded by the host of its language; the first problem counts. */
import type { CodeError, TaskInfo } from '../../engine/trace/task-runner.js'
import { codeHostOf } from './code-host.js'

export type LoadedModules =
  | { readonly kind: 'loaded'; readonly tasks: readonly TaskInfo[]; readonly conf: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly error: CodeError }

type Load = (modules: readonly string[]) => Promise<LoadedModules>

/** A folder of TypeScript needs no Python file: a module that is not there is then nobody's. */
export async function loadEach(
  modules: readonly string[],
  files: readonly { readonly name: string }[],
  load: { readonly python: Load; readonly node: Load },
): Promise<LoadedModules> {
  const names = files.map(({ name }) => name)
  const hosts = modules.map((module) => ({ module, host: codeHostOf(module, names) }))
  for (const { host } of hosts) if (host.kind === 'unclear') return { kind: 'refused', error: host.error }
  const of = (kind: string): readonly string[] =>
    hosts.filter(({ host }) => host.kind === kind).map(({ module }) => module)
  const nodes = of('node')
  if (nodes.length === 0) return load.python(modules)
  const loaded = await load.node(nodes)
  const pythons = of('python').filter((module) => names.includes(`${module}.py`))
  if (loaded.kind === 'refused' || pythons.length === 0) return loaded
  const alsoLoaded = await load.python(pythons)
  if (alsoLoaded.kind === 'refused') return alsoLoaded
  const own = new Set(loaded.tasks.map(({ name }) => name)) // Python knows those of TypeScript by name
  const others = alsoLoaded.tasks.filter(({ name }) => !own.has(name))
  return { kind: 'loaded', tasks: [...loaded.tasks, ...others], conf: loaded.conf }
}
