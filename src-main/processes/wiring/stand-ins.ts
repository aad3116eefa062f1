/**
 * Tasks of TypeScript modules, for Python in the same folder: where there is a `tasks.ts` and no `tasks.py`, Python's
 * `import tasks` finds a stand-in, whose tasks are known by name and can be sent. It is made from what the module, once
 * loaded, says of itself; lab_host/by_name.py is its other half.
 */
import type { CodeBeside, CodeError, ExportedName, LoadResult, TaskInfo } from '../../engine/trace/task-runner.js'
import { bodyName } from '../../node-host/exported-names.js'
import { createNodeRunner } from '../../node-host/node-runner.js'
import { isModuleFile } from '../../node-host/module-files.js'
import type { CodeFile } from '../../record/code-fingerprint.js'
import type { LearnerEnvironment } from '../messages/learner-environment.js'
import { nodeCode, type NodeCode } from './node-code.js'
import type { StandardStreams } from './stream-sink.js'

export type StandIns =
  /** Files for Python's eyes only, and the modules themselves, whose functions it may call; null: none, or only looked at. */
  | { readonly kind: 'made'; readonly files: readonly CodeFile[]; readonly code: CodeBeside | null }
  | { readonly kind: 'refused'; readonly error: CodeError }

type Loaded = Extract<LoadResult, { kind: 'loaded' }>

const none: StandIns = { kind: 'made', files: [], code: null }

/** Settings that only a process with the module itself can follow. */
const ownSettings: ReadonlySet<string> = new Set(['beat_schedule', 'imports', 'include'])

/** `write`: where what the functions print goes; null: they are not to be called. */
export async function makeStandIns(
  environment: LearnerEnvironment,
  files: readonly CodeFile[],
  write: StandardStreams | null,
): Promise<StandIns> {
  const modules = modulesWithoutPython(files.map(({ name }) => name))
  if (modules.length === 0) return none
  const names = modules.map(({ module }) => module)
  const { loaded, code } = await load(nodeCode(environment, files), names, write)
  const made = loaded.kind === 'loaded' ? standInsFor(modules, loaded) : []
  const kept = made.length > 0 && write !== null
  if (!kept) await code.close()
  return loaded.kind === 'refused' ? loaded : { kind: 'made', files: made, code: kept ? code : null }
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
function inPython(exported: ExportedName): {
  readonly name: string
  readonly task: string | null
  readonly body: string
} {
  const name = exported.name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return { name, task: exported.task, body: bodyName(exported) }
}

/** The modules are only looked at. */
export async function loadNode(code: NodeCode, modules: readonly string[]): Promise<LoadResult> {
  const { loaded, code: looked } = await load(code, modules, null)
  await looked.close()
  return loaded
}

/** What the modules print and send while they are loaded is left to the worker that loads them. */
async function load(
  code: NodeCode,
  modules: readonly string[],
  write: StandardStreams | null,
): Promise<{ readonly loaded: LoadResult; readonly code: CodeBeside }> {
  let heard: StandardStreams | null = null
  const runner = createNodeRunner({
    ...code,
    modules,
    wantsApp: false,
    sends: write === null ? false : 'once-loaded',
    printsAreRecords: false,
    onLog: async ({ message }) => heard?.stderr(`${message}\n`),
    onOutput: async (stream, text) => heard?.[stream](text),
    onExit: (exitCode) => heard !== null && process.exit(exitCode), // process.exit() in a function, or an error that nobody caught
  })
  const loaded = await runner.load()
  heard = write
  return { loaded, code: runner }
}
