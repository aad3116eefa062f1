/**
 * The learner's files of one step, in each language that it exists in. Only task files have a second version: where there
 * is a `tasks.ts`, it takes the place of `tasks.py`, and other `.ts` files are modules that it imports. The web app is Python.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TaskLanguage } from '../../contract/views.js'
import { MalformedLesson } from './malformed-lesson.js'

/** File name → text. */
export type Files = Readonly<Record<string, string>>

export interface StepFiles {
  readonly start: Files
  /** The start files with what the solution changes. */
  readonly solved: Files
  /** Only what the solution changes. */
  readonly solution: Files
  /** Versions on the way to it, by the name of their folder in solution/: only what each changes. */
  readonly versions: Readonly<Record<string, Files>>
}

export interface FilesByLanguage {
  readonly python: StepFiles
  /** Null: the step has no task file in TypeScript, or not in all of its folders. */
  readonly typescript: StepFiles | null
  /** The step brings files of its own. */
  readonly setsFiles: boolean
  /** What goes on into the next step in TypeScript: without a task file where this step has none. */
  readonly carried: Files
}

const PYTHON_TASKS = 'tasks.py'
const TYPESCRIPT_TASKS = 'tasks.ts'

/** The name that the task file has in a language; any other file's is the same in both. */
export function fileIn(language: TaskLanguage, name: string): string {
  return language === 'typescript' && name === PYTHON_TASKS ? TYPESCRIPT_TASKS : name
}

/** By what lies in a folder of the learner's; null when there is no task file. */
export function languageOf(names: readonly string[]): TaskLanguage | null {
  if (names.includes(TYPESCRIPT_TASKS)) return 'typescript'
  return names.includes(PYTHON_TASKS) ? 'python' : null
}

export interface StepFolder {
  readonly folder: string
  /** In messages. */
  readonly named: string
  /** Of lessons/common/. */
  readonly common: Files
  /** The step says why it exists in Python alone. */
  readonly saysWhyPython: boolean
  /** Of the step before it, whose solved files a step without a start/ folder begins with. */
  readonly before: FilesByLanguage | null
}

export async function readStepFiles(place: StepFolder): Promise<FilesByLanguage> {
  const { folder, named, common, before, saysWhyPython } = place
  // Its own first: where no solution names a file, the editor shows the first one.
  const start = { ...(await readFiles(join(folder, 'start'), `${named}/start`)), ...common }
  const { files: solution, versions } = await readSolution(join(folder, 'solution'), `${named}/solution`)
  const own = { start, solution, versions }
  if (!saysWhyPython) refuseAlone(own, named)
  const inTypeScript = put(own, (name) => name !== PYTHON_TASKS, before?.carried ?? {})
  const folders = [start, solution, ...Object.values(versions)]
  const isWhole = !folders.some(isAlone)
  const { [TYPESCRIPT_TASKS]: tasks, ...others } = inTypeScript.solved
  return {
    python: put(own, isPythons, before?.python.solved ?? {}),
    typescript: isWhole && TYPESCRIPT_TASKS in inTypeScript.start ? inTypeScript : null,
    setsFiles: Object.keys(start).length > 0,
    carried: isWhole && tasks !== undefined ? inTypeScript.solved : others,
  }
}

type Own = Omit<StepFiles, 'solved'>

/** Python's tasks without TypeScript's. */
function isAlone(files: Files): boolean {
  return PYTHON_TASKS in files && !(TYPESCRIPT_TASKS in files)
}

/** Whoever writes TypeScript would be sent back to Python there, without a word. */
function refuseAlone({ start, solution, versions }: Own, named: string): void {
  const ways = Object.entries(versions).map(([version, files]) => [`solution/${version}`, files] as const)
  for (const [folder, files] of [['start', start] as const, ['solution', solution] as const, ...ways])
    if (isAlone(files))
      throw new MalformedLesson(
        `${named}/${folder}/${PYTHON_TASKS}`,
        1,
        `found no “${TYPESCRIPT_TASKS}” beside it; expected one, or “pythonOnly” in lab.json with the reason why there is none`,
      )
}

function put({ start, solution, versions }: Own, belongs: (name: string) => boolean, before: Files): StepFiles {
  const some = (files: Files): Files => Object.fromEntries(Object.entries(files).filter(([name]) => belongs(name)))
  const begin = { ...before, ...some(start) }
  return {
    start: begin,
    solution: some(solution),
    solved: { ...begin, ...some(solution) },
    versions: Object.fromEntries(Object.entries(versions).map(([name, files]) => [name, some(files)])),
  }
}

function isPythons(name: string): boolean {
  return name.endsWith('.py')
}

async function readSolution(
  folder: string,
  named: string,
): Promise<{ readonly files: Files; readonly versions: StepFiles['versions'] }> {
  if (!existsSync(folder)) return { files: {}, versions: {} }
  const versions: Record<string, Files> = {}
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) versions[entry.name] = await readFiles(join(folder, entry.name), `${named}/${entry.name}`)
  return { files: await readFiles(folder, named, Object.keys(versions)), versions }
}

async function readFiles(folder: string, named: string, besides: readonly string[] = []): Promise<Files> {
  if (!existsSync(folder)) return {}
  const files: Record<string, string> = {}
  for (const name of (await readdir(folder)).sort()) {
    if (besides.includes(name)) continue
    if (!/^[a-z_][a-z0-9_]*\.(?:py|ts)$/.test(name))
      throw new MalformedLesson(
        `${named}/${name}`,
        1,
        'found a file of that name; expected a module such as “tasks.py” or “tasks.ts”',
      )
    files[name] = await readText(folder, name, named)
  }
  return files
}

export async function readText(folder: string, name: string, named: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MalformedLesson(`${named}/${name}`, 1, `cannot be read (${error.code ?? error.message})`)
  })
}
