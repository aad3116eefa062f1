/** course.json: the phases in order. One is available as soon as its folder holds a phase.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { readJson } from './json-with-lines.js'

const courseJson = v.strictObject({
  phases: v.pipe(
    v.array(
      v.strictObject({
        id: v.pipe(v.string(), v.regex(/^\d\d-[a-z0-9-]+$/, 'a folder name such as “01-what-celery-is”')),
        title: v.string(),
        part: v.string(),
        difficulty: v.picklist(['basic', 'intermediate', 'hard']),
      }),
    ),
    v.minLength(1),
  ),
})

export interface CoursePhase {
  readonly number: number
  readonly id: string
  readonly title: string
  readonly part: string
  readonly difficulty: 'basic' | 'intermediate' | 'hard'
  readonly available: boolean
  /** Ids of its steps, in order. */
  readonly steps: readonly string[]
}

/** Small and read once, before anything else can be shown: therefore not asynchronous. */
export function readCourse(lessonsFolder: string): readonly CoursePhase[] {
  const { value } = readJson(
    'lessons/course.json',
    readFileSync(join(lessonsFolder, 'course.json'), 'utf8'),
    courseJson,
  )
  return value.phases.map((phase, index) => {
    const folder = join(lessonsFolder, phase.id)
    const available = existsSync(join(folder, 'phase.md'))
    return { ...phase, number: index + 1, available, steps: available ? stepIds(folder) : [] }
  })
}

function stepIds(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}
