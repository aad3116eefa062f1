/** The real course while only its first phase was written: what must hold whichever of the other phases are there. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const lessons = join(import.meta.dirname, '../../lessons')

/** A lessons folder of its own, removed after the tests of the file. */
export function shortCourse(): string {
  const folder = mkdtempSync(join(tmpdir(), 'short-course-'))
  for (const name of ['course.json', 'pitfalls.json', '01-what-celery-is'])
    cpSync(join(lessons, name), join(folder, name), { recursive: true })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
