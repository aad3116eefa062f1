/**
 * Tasks of TypeScript modules, for Python in the same folder: where there is a `tasks.ts` and no `tasks.py`, Python's
 * `import tasks` finds a stand-in, whose tasks are known by name and can be sent. It is made from what the module, once
 * loaded, says of itself; lab_host/by_name.py is its other half.
 */
import type { CodeError, ExportedName, LoadResult, TaskInfo } from '../../engine/trace/task-runner.js'
import { createNodeRunner } from '../../node-host/node-runner.js'
import { isModuleFile } from '../../node-host/module-files.js'
import type { CodeFile } from '../../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { nodeCode, type NodeCode } from './node-code.js'

export type StandIns =
  /** Files for Python's eyes only. */
  | { readonly kind: 'made'; readonly files: readonly CodeFile[] }
  | { readonly kind: 'refused'; readonly error: CodeError }

type Loaded = Extract<LoadResult, { kind: 'loaded' }>

const none: StandIns = { kind: 'made', files: [] }

/** Settings that only a process with the module itself can follow. */
const ownSettings: ReadonlySet<string> = new Set(['beat_schedule', 'imports', 'include'])

export async function makeStandIns(environment: LearnerEnvironment, files: readonly CodeFile[]): Promise<StandIns> {
  const modules = modulesWithoutPython(files.map(({ name }) => name))
  if (modules.length === 0) return none
  const loaded = await loadNode(
    nodeCode(environment, files),
    modules.map(({ module }) => module),
  )
  return loaded.kind === 'refused' ? loaded : { kind: 'made', files: standInsFor(modules, loaded) }
}

interface NodeModule {
  readonly module: string
  readonly file: string
}

/** Modules of the folder itself that Python could import by that name, and has no file of its own for. */
export function modulesWithoutPython(names: readonly string[]): readonly NodeModule[] {
  return names
    .filter((name) => isModuleFile(name) && /^[A-Za-z_]\w*\.[jt]s$/.test(name))
    .map((file) => ({ module: file.slice(0, file.lastIndexOf('.')), file }))
    .filter(({ module }) => !names.includes(`${module}.py`) && !names.includes(`${module}/__init__.py`))
}

/** A module that has no tasks gets none. Pure. */
export function standInsFor(
  modules: readonly NodeModule[],
  { tasks, appName, conf, exported = [] }: Loaded,
): readonly CodeFile[] {
  const settings = Object.fromEntries(Object.entries(conf).filter(([name]) => !ownSettings.has(name)))
  return modules.flatMap(({ module, file }) => {
    const names = exported.filter((one) => one.module === module)
    const isOwn = ({ name }: TaskInfo): boolean => name.slice(0, name.lastIndexOf('.')) === module
    const own = tasks.filter((task) => isOwn(task) || names.some((one) => one.task === task.name))
    if (own.length === 0) return []
    const told = JSON.stringify({ file, appName, conf: settings, tasks: own, names: names.map(inPython) })
    const text = `"""Stands for ${file}: its tasks, by name."""\n\nfrom lab_host import by_name as _by_name\n\n_by_name.fill(globals(), ${JSON.stringify(told)})\n`
    return [{ name: `${module}.py`, bytes: new TextEncoder().encode(text) }]
  })
}

/** `sendMail` is `send_mail` there. */
function inPython({ module, name, task }: ExportedName): {
  readonly name: string
  readonly task: string | null
  readonly exported: string
} {
  const exported = `${module}.${name}`
  return { exported, name: name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), task }
}

/** The modules are only looked at: what they print and send while they are loaded is left to the worker that loads them. */
export async function loadNode(code: NodeCode, modules: readonly string[]): Promise<LoadResult> {
  const unheard = (): Promise<void> => Promise.resolve()
  const ends = { onLog: unheard, onOutput: unheard, onExit: () => {} }
  const runner = createNodeRunner({ ...code, modules, wantsApp: false, sends: false, ...ends })
  try {
    return await runner.load()
  } finally {
    await runner.close()
  }
}
