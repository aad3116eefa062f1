/** course.json: the phases in order. One is available as soon as its folder holds a phase.md. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
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
}

export async function readCourse(lessonsFolder: string): Promise<readonly CoursePhase[]> {
  const file = join(lessonsFolder, 'course.json')
  const { value } = readJson('lessons/course.json', await readFile(file, 'utf8'), courseJson)
  return value.phases.map((phase, index) => ({
    ...phase,
    number: index + 1,
    available: existsSync(join(lessonsFolder, phase.id, 'phase.md')),
  }))
}
