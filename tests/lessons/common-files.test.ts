/** What several steps share is in lessons/common/ once: what one phase has taught about it holds in the next. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { readCourse } from '../../src-main/lesson-runner/format/course.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'

const common = readdirSync('lessons/common')

test('no step has a copy of a file that is in lessons/common/', () => {
  const copies = readdirSync('lessons', { recursive: true, encoding: 'utf8' }).filter(
    (path) => common.includes(basename(path)) && !path.startsWith('common'),
  )
  expect(common).toContain('database.py')
  expect(copies).toEqual([])
})

test('every file in lessons/common/ is brought by a step, and carries on to the steps after it', async () => {
  const phases = readCourse('lessons').filter(({ available }) => available)
  for (const name of common) {
    // A step names the Python file, which brings its version in TypeScript along.
    const [language, named] = name.endsWith('.ts')
      ? (['typescript', name.replace(/ts$/, 'py')] as const)
      : (['python', name] as const)
    const lessons = await Promise.all(phases.map(({ id }) => readLesson('lessons', id, language)))
    const bringing = lessons.filter(({ steps }) => steps.some(({ lab }) => lab.common.includes(named)))
    expect(bringing, name).not.toEqual([])
    for (const { id, steps } of bringing) expect(steps.at(-1)?.start, `${name} in ${id}`).toHaveProperty([name])
  }
})

test('a start file or a file of the solution says something new', async () => {
  for (const { id } of readCourse('lessons').filter(({ available }) => available)) {
    const { steps } = await readLesson('lessons', id)
    for (const { id: step, start, solution, versions } of steps) {
      for (const [name, text] of Object.entries(solution)) expect(text, `${step}: ${name}`).not.toBe(start[name])
      for (const version of Object.values(versions))
        for (const [name, text] of Object.entries(version)) expect(text, `${step}: ${name}`).not.toBe(solution[name])
    }
  }
})

test('a phase’s own files stand before those in common, so that the editor shows one of them first', async () => {
  for (const { id } of readCourse('lessons').filter(({ available }) => available)) {
    const [first] = (await readLesson('lessons', id)).steps
    expect(common, id).not.toContain(Object.keys(first?.start ?? {})[0])
  }
})
