/** A check of the course as its step states it. */
import { resolve } from 'node:path'
import { expect } from 'vitest'
import type { CheckSpec } from '../../src-main/lesson-runner/checks/check-kinds.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'

const lessonsFolder = resolve(import.meta.dirname, '../../lessons')

/** The check of that id in the step whose folder's name ends so. */
export async function checkOf(phase: string, step: string, id: string): Promise<CheckSpec> {
  const { steps } = await readLesson(lessonsFolder, phase)
  const found = steps.find((one) => one.id.endsWith(step))?.lab.checks.find((one) => one.id === id)
  return found?.check ?? expect.fail(`${phase} has no check ${id} in ${step}`)
}
