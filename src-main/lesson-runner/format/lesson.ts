/**
 * One phase, read from lessons/NN-phase/ and put together: each step with its start and solution files in full.
 * A step without files of its own begins with those that the step before it ended with; `solution/` holds only the files that it changes.
 * Files that several phases share are in lessons/common/, and a step names the ones it brings.
 */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Topology } from '../../contract/topology.js'
import type { TaskLanguage } from '../../contract/views.js'
import { labJson, type LabJson } from './lab-json.js'
import { readJson, type ReadJson } from './json-with-lines.js'
import { readPhaseText, readStepText, type PhaseText, type StepText } from './lesson-markdown.js'
import { MalformedLesson } from './malformed-lesson.js'
import { readStepFiles, readText, type Files, type FilesByLanguage, type StepFiles } from './step-files.js'
import { verifyLab } from './verify-lab.js'

/** A step as it is taken in one language: its files are of that one. */
export interface Step extends StepText, StepFiles {
  readonly id: string
  readonly lab: LabJson
  readonly topology: Topology
  /** The step brings files of its own, so going on to it replaces files. */
  readonly setsFiles: boolean
  readonly language: TaskLanguage
  readonly files: FilesByLanguage
}

export interface Lesson extends PhaseText {
  readonly id: string
  readonly steps: readonly Step[]
}

/** Steps that do not exist in the language are those of Python. */
export async function readLesson(
  lessonsFolder: string,
  phaseId: string,
  language: TaskLanguage = 'python',
): Promise<Lesson> {
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
  return lessonIn(language, { id: phaseId, ...text, steps })
}

export function lessonIn(language: TaskLanguage, lesson: Lesson): Lesson {
  return { ...lesson, steps: lesson.steps.map((step) => stepIn(language, step)) }
}

/** The step itself where it does not exist in the language. */
export function stepIn(language: TaskLanguage, step: Step): Step {
  const { python, typescript } = step.files
  if (language === 'python' || typescript === null || step.lab.pythonOnly !== undefined)
    return { ...step, ...python, language: 'python' }
  return { ...step, ...typescript, language }
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
  const saysWhyPython = json.value.pythonOnly !== undefined
  const files = await readStepFiles({ folder, named, common, saysWhyPython, before: before?.files ?? null })
  const topology = json.value.topology ?? before?.topology
  if (topology === undefined)
    throw new MalformedLesson(`${named}/lab.json`, 1, '“topology” is missing; only a later step may leave it out')
  if (Object.keys(files.python.start).length === 0)
    throw new MalformedLesson(named, 1, 'the first step needs a start/ folder with files')
  verifyLab(`${named}/lab.json`, json, { topology, ...files.python })
  const { setsFiles } = files
  return { ...text, id, lab: json.value, topology, setsFiles, files, ...files.python, language: 'python' }
}

/** The files of lessons/common/ that the step brings; with `database.py` comes `database.ts`, where there is one. */
async function readCommon(folder: string, file: string, json: ReadJson<LabJson>): Promise<Files> {
  const files: Record<string, string> = {}
  for (const [index, name] of json.value.common.entries()) {
    if (!existsSync(join(folder, name)))
      throw new MalformedLesson(file, json.lineOf('common', index), `“${name}” is not in lessons/common/`)
    const twin = name.replace(/\.py$/, '.ts')
    const brought = twin !== name && existsSync(join(folder, twin)) ? [name, twin] : [name]
    for (const one of brought) files[one] = await readText(folder, one, 'lessons/common')
  }
  return files
}
