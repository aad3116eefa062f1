/**
 * One phase, read from lessons/NN-phase/ and put together: each step with its start and solution files in full.
 * A step without files of its own begins with those that the step before it ended with; `solution/` holds only the files that it changes.
 * Files that several phases share are in lessons/common/, and a step names the ones it brings.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Topology } from '../../contract/topology.js'
import { labJson, type LabJson } from './lab-json.js'
import { readJson, type ReadJson } from './json-with-lines.js'
import { readPhaseText, readStepText, type PhaseText, type StepText } from './lesson-markdown.js'
import { MalformedLesson } from './malformed-lesson.js'
import { verifyLab } from './verify-lab.js'

/** File name → text. */
export type Files = Readonly<Record<string, string>>

export interface Step extends StepText {
  readonly id: string
  readonly lab: LabJson
  readonly topology: Topology
  /** The step brings files of its own, so going on to it replaces files. */
  readonly setsFiles: boolean
  readonly start: Files
  /** The start files with what the solution changes. */
  readonly solved: Files
  /** Only what the solution changes. */
  readonly solution: Files
  /** Versions on the way to it, by the name of their folder in solution/: only what each changes. */
  readonly versions: Readonly<Record<string, Files>>
}

export interface Lesson extends PhaseText {
  readonly id: string
  readonly steps: readonly Step[]
}

export async function readLesson(lessonsFolder: string, phaseId: string): Promise<Lesson> {
  const folder = join(lessonsFolder, phaseId)
  const named = `lessons/${phaseId}`
  const text = readPhaseText(`${named}/phase.md`, await readText(folder, 'phase.md', named))
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  const steps: Step[] = []
  for (const name of names.sort()) {
    if (!/^\d\d-[a-z0-9-]+$/.test(name))
      throw new MalformedLesson(
        `${named}/${name}`,
        1,
        'found a folder of that name; expected a step such as “01-the-slow-mail”',
      )
    steps.push(await readStep({ lessonsFolder, phaseId, id: name, before: steps.at(-1) ?? null }))
  }
  if (steps.length === 0)
    throw new MalformedLesson(`${named}/phase.md`, 1, 'the phase has no step folders beside this file')
  return { id: phaseId, ...text, steps }
}

interface StepPlace {
  readonly lessonsFolder: string
  readonly phaseId: string
  readonly id: string
  readonly before: Step | null
}

async function readStep({ lessonsFolder, phaseId, id, before }: StepPlace): Promise<Step> {
  const folder = join(lessonsFolder, phaseId, id)
  const named = `lessons/${phaseId}/${id}`
  const text = readStepText(`${named}/lesson.md`, await readText(folder, 'lesson.md', named))
  const json: ReadJson<LabJson> = readJson(`${named}/lab.json`, await readText(folder, 'lab.json', named), labJson)
  const common = await readCommon(join(lessonsFolder, 'common'), `${named}/lab.json`, json)
  const ownStart = { ...common, ...(await readFiles(join(folder, 'start'), `${named}/start`)) }
  const { files: solution, versions } = await readSolution(join(folder, 'solution'), `${named}/solution`)
  const start = { ...before?.solved, ...ownStart }
  const topology = json.value.topology ?? before?.topology
  if (topology === undefined)
    throw new MalformedLesson(`${named}/lab.json`, 1, '“topology” is missing; only a later step may leave it out')
  if (Object.keys(start).length === 0)
    throw new MalformedLesson(named, 1, 'the first step needs a start/ folder with files')
  verifyLab(`${named}/lab.json`, json, { topology, solution, versions })
  const step = {
    id,
    lab: json.value,
    topology,
    setsFiles: Object.keys(ownStart).length > 0,
    start,
    solution,
    versions,
    solved: { ...start, ...solution },
  }
  return { ...text, ...step }
}

async function readText(folder: string, name: string, named: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MalformedLesson(`${named}/${name}`, 1, `cannot be read (${error.code ?? error.message})`)
  })
}

/** The files of lessons/common/ that the step brings. */
async function readCommon(folder: string, file: string, json: ReadJson<LabJson>): Promise<Files> {
  const files: Record<string, string> = {}
  for (const [index, name] of json.value.common.entries()) {
    if (!existsSync(join(folder, name)))
      throw new MalformedLesson(file, json.lineOf('common', index), `“${name}” is not in lessons/common/`)
    files[name] = await readText(folder, name, 'lessons/common')
  }
  return files
}

async function readSolution(
  folder: string,
  named: string,
): Promise<{ readonly files: Files; readonly versions: Step['versions'] }> {
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
    if (!/^[a-z_][a-z0-9_]*\.py$/.test(name))
      throw new MalformedLesson(
        `${named}/${name}`,
        1,
        'found a file of that name; expected a Python module such as “tasks.py”',
      )
    files[name] = await readText(folder, name, named)
  }
  return files
}
