/** The open step's lab as a project on the disk: its saved files, what its code sets, its processes, and why each setting was chosen. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem, Reply } from '../../contract/problem.js'
import type { Lab } from '../../lab/lab-interface.js'
import type { CoursePhase } from '../format/course.js'
import type { Step } from '../format/lesson.js'
import type { Files } from '../format/step-files.js'
import { readShelves, type Shelf } from '../library/course-library.js'
import type { Progress } from '../session/progress.js'
import { chosenSettings, type MetStep } from './chosen-settings.js'
import { projectFiles } from './project-files.js'
import { readReasons } from './reasons.js'
import { writeProject } from './write-project.js'

export interface ExportParts {
  readonly lab: Lab
  readonly lessonsFolder: string
  readonly course: readonly CoursePhase[]
  readonly progress: Progress
  readonly phase: CoursePhase
  readonly step: Step
  /** As saved. */
  readonly files: Files
}

/** The version whose messages this app writes, and for which its lessons are true. */
const CELERY_VERSION = '5.6.3'

/** Answers the new folder in `parent`. */
export async function exportProject(parent: string, parts: ExportParts): Promise<Reply<{ folder: string }>> {
  const { lab, lessonsFolder, course, progress, phase, step, files } = parts
  if (!('tasks.py' in files)) return { ok: false, problem: notPython(Object.keys(files)) }
  const code = await lab.codeSettings()
  if (!code.ok) return code
  const shelves = await readShelves(lessonsFolder, course)
  const standIn = (name: string): Promise<string> => readFile(join(lessonsFolder, 'project', name), 'utf8')
  const project = projectFiles({
    place: `phase ${phase.number}, “${phase.title}”, step “${step.title}”`,
    files,
    topology: step.topology,
    standIns: { database: await standIn('sqlite_database.py'), hall: await standIn('hall.py') },
    settingsPage: chosenSettings(code.value, await readReasons(lessonsFolder), (met) => stepOf(met, shelves, progress)),
    celeryVersion: CELERY_VERSION,
  })
  const written = await writeProject(parent, project)
  if (!written.ok) return written
  lab.note({ kind: 'project-exported', folder: written.value, files: Object.keys(project).sort() })
  return { ok: true, value: { folder: written.value } }
}

/** `met` is `phase/step`, the step without its number. */
export function stepOf(met: string, shelves: readonly Shelf[], progress: Pick<Progress, 'step'>): MetStep | null {
  const [phaseId, name] = met.split('/')
  const shelf = shelves.find(({ phase }) => phase.id === phaseId)
  const step = shelf?.lesson.steps.find(({ id }) => id.replace(/^\d+-/, '') === name)
  if (shelf === undefined || step === undefined) return null
  const { done, observed } = progress.step(shelf.phase.id, step.id)
  return { phase: shelf.phase.number, title: step.title, observed: done ? observed : '' }
}

function notPython(names: readonly string[]): Problem {
  return {
    code: 'nothing-to-export',
    what: `This step has no tasks.py: found ${names.length === 0 ? 'no file' : names.join(', ')}.`,
    meaning: 'A project for real Celery needs tasks in Python. Nothing was written.',
    next: 'Open a step with tasks, in Python, and export again.',
  }
}
