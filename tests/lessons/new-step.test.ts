/** `npm run lessons:new`: what it makes can be read as a lesson at once, in any phase, and nothing that is there is touched. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CannotMakeStep, newStep, slugOf } from '../../scripts/lessons/new-step.mjs'
import { readCourse } from '../../src-main/lesson-runner/format/course.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'

let lessonsFolder = ''
beforeEach(() => {
  lessonsFolder = mkdtempSync(join(tmpdir(), 'new-step-'))
  cpSync('lessons', lessonsFolder, { recursive: true })
})
afterEach(() => rmSync(lessonsFolder, { recursive: true, force: true }))

test('a new step is read as a lesson, in every phase', async () => {
  for (const { id: phase, available } of readCourse(lessonsFolder)) {
    if (!available) continue
    const folder = newStep({ lessonsFolder, phase, number: '99', title: 'What, again?' })
    expect(basename(folder)).toBe('99-what-again')
    const { steps } = await readLesson(lessonsFolder, phase)
    expect(steps.at(-1)).toMatchObject({ id: '99-what-again', title: 'What, again?', start: steps.at(-2)?.solved })
    const inTypeScript = (await readLesson(lessonsFolder, phase, 'typescript')).steps
    expect(inTypeScript.at(-1)?.language).toBe(inTypeScript.at(-2)?.language)
    expect(steps.at(-1)?.typescriptHints[1]).toContain('tasks.ts')
  }
})

test('a number that is taken, a phase that is not there, a title of signs alone are refused', () => {
  const phase = '01-what-celery-is'
  const before = readdirSync(join(lessonsFolder, phase))
  const refused = (number: string, title: string, of = phase) =>
    expect(() => newStep({ lessonsFolder, phase: of, number, title }))
  refused('3', 'Another third').toThrow('03-hand-it-over has that number already')
  refused('x', 'No number').toThrow('expected a number')
  refused('98', '???').toThrow(CannotMakeStep)
  refused('98', 'Nowhere', '09-nothing').toThrow('There are 01-what-celery-is, 02-')
  expect(readdirSync(join(lessonsFolder, phase))).toEqual(before)
})

test('the name of the folder is the title in small letters', () => {
  expect(slugOf('  Late, and “rejected” – ÉTÉ ')).toBe('late-and-rejected-ete')
})
