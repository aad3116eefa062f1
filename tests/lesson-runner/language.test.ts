/** Tasks in Python or TypeScript: which files a step has, and what becomes of the learner's own when the switch is turned. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LessonView } from '../../src-main/contract/views.js'
import { readLesson } from '../../src-main/lesson-runner/format/lesson.js'
import { createLessonRunner } from '../../src-main/lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../src-main/lesson-runner/lesson-runner-interface.js'
import { HandMadeLab } from './hand-made-lab.js'

const lessons = join(import.meta.dirname, '../../lessons')
const PHASE = '02-broker-and-worker'
const FIRST = '01-a-broker-is-a-program'
let dataFolder = ''
let lessonsFolder = ''
let lab: HandMadeLab
let runner: LessonRunner

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'language-'))
  lessonsFolder = join(folder, 'lessons')
  dataFolder = join(folder, 'data')
  for (const name of ['course.json', 'pitfalls.json', '01-what-celery-is', PHASE])
    await cp(join(lessons, name), join(lessonsFolder, name), { recursive: true })
  lab = new HandMadeLab()
  runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
})
afterEach(async () => {
  await runner.close()
  await rm(join(dataFolder, '..'), { recursive: true, force: true })
})

const lesson = (): LessonView => runner.lesson() ?? expect.fail('no lesson is open')
const names = (): readonly string[] => runner.files().map(({ name }) => name)
const text = (name: string): string =>
  runner.files().find((one) => one.name === name)?.text ?? expect.fail(`no ${name}`)
const onDisk = async (): Promise<readonly string[]> => (await readdir(join(dataFolder, 'workspace', PHASE))).sort()
const solve = async (files: Readonly<Record<string, string>>): Promise<void> => {
  const folder = join(lessonsFolder, PHASE, '02-inside-a-message/solution')
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
}

/** Steps of phase 1 that exist in Python only, up to and without the fifth. */
const pythonOnlyAtFirst = async (): Promise<void> => {
  const folder = join(lessonsFolder, '01-what-celery-is')
  for (const step of (await readdir(folder)).filter((name) => /^0[1-4]/.test(name))) {
    const file = join(folder, step, 'lab.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('{', '{ "pythonOnly": "It is about the web app.",'))
  }
}

describe('the files of a step', () => {
  it('are those of its language, and the web app is Python in both', async () => {
    const python = (await readLesson(lessonsFolder, PHASE)).steps[0]
    expect(Object.keys(python?.start ?? {})).toEqual(['tasks.py', 'web.py'])
    const typescript = (await readLesson(lessonsFolder, PHASE, 'typescript')).steps[0]
    expect(Object.keys(typescript?.start ?? {})).toEqual(['tasks.ts', 'web.py'])
    expect(typescript?.language).toBe('typescript')
  })

  it('go on into the steps after it, in each language by itself', async () => {
    await solve({ 'tasks.py': '# python\n', 'tasks.ts': '// typescript\n' })
    const { steps } = await readLesson(lessonsFolder, PHASE, 'typescript')
    expect(steps[2]?.start['tasks.ts']).toBe('// typescript\n')
    expect((await readLesson(lessonsFolder, PHASE)).steps[2]?.start['tasks.py']).toBe('# python\n')
  })

  it("are Python's where the step says why its solution has no second version, and from there on", async () => {
    await solve({ 'tasks.py': '# python\n', 'shop.ts': '// a module beside it\n' })
    const lab = join(lessonsFolder, PHASE, '02-inside-a-message/lab.json')
    await writeFile(lab, (await readFile(lab, 'utf8')).replace('{', '{ "pythonOnly": "Pickled by hand.",'))
    const { steps } = await readLesson(lessonsFolder, PHASE, 'typescript')
    expect(steps.map(({ language }) => language).slice(0, 4)).toEqual(['typescript', 'python', 'python', 'python'])
    expect(steps[9]?.language).toBe('typescript') // it has a start of its own
    expect(steps[9]?.start['shop.ts']).toBe('// a module beside it\n')
  })

  it("are Python's where the step says why", async () => {
    await pythonOnlyAtFirst()
    const { steps } = await readLesson(lessonsFolder, '01-what-celery-is', 'typescript')
    expect(steps[0]).toMatchObject({ language: 'python', lab: { pythonOnly: expect.stringContaining('web app') } })
    expect(steps[5]?.language).toBe('typescript')
  })
})

describe('the switch', () => {
  it('builds the step in the other language, whose files are all that lies there', async () => {
    await runner.open(PHASE)
    lab.asked.length = 0
    expect(await runner.speak('typescript')).toEqual({ ok: true, value: null })
    expect(names()).toEqual(['tasks.ts', 'web.py'])
    expect(await onDisk()).toEqual(['tasks.ts', 'web.py'])
    expect(lab.asked[0]).toBe(`build ${FIRST}`)
    expect(lesson()).toMatchObject({ language: 'typescript', stepId: FIRST })
    expect(runner.files().map(({ language }) => language)).toEqual(['typescript', 'python'])
  })

  it('keeps what was typed in each language for the way back, saved or not', async () => {
    await runner.open(PHASE)
    await runner.saveFile('tasks.py', '# mine\n')
    await runner.draft('web.py', '# half\n')
    await runner.speak('typescript')
    expect(text('web.py')).not.toBe('# half\n')
    await runner.saveFile('tasks.ts', '// mine too\n')
    await runner.speak('python')
    expect([text('tasks.py'), text('web.py')]).toEqual(['# mine\n', '# half\n'])
    await runner.speak('typescript')
    expect(text('tasks.ts')).toBe('// mine too\n')
  })

  it('shows the hints of the language, and those that have one version in both', async () => {
    const file = join(lessonsFolder, PHASE, FIRST, 'lesson.md')
    await writeFile(file, `${await readFile(file, 'utf8')}\n## Hint 2 in TypeScript\n\nIt is in \`tasks.ts\`.\n`)
    await runner.open(PHASE)
    const before = lesson().steps[0]?.hints
    expect(before?.[1]).toContain('redis-cli ping')
    await runner.speak('typescript')
    expect(lesson().steps[0]?.hints).toEqual([before?.[0], 'It is in `tasks.ts`.'])
    await runner.speak('python')
    expect(lesson().steps[0]?.hints).toEqual(before)
  })

  it('holds for the steps after it and for other phases, and after a start of the app', async () => {
    await pythonOnlyAtFirst()
    await runner.open(PHASE)
    await runner.saveFile('tasks.py', '# mine\n')
    await runner.open('01-what-celery-is')
    await runner.speak('typescript')
    expect(lesson().steps[0]?.pythonOnly).toContain('web app')
    expect(names()).toEqual(['tasks.py', 'web.py'])
    await runner.step('05-accepted-is-not-done')
    expect(names()).toContain('tasks.ts')
    await runner.close()
    lab = new HandMadeLab()
    runner = createLessonRunner({ lessonsFolder, dataFolder }, lab)
    await runner.resume()
    expect(lesson()).toMatchObject({ language: 'typescript', stepId: '05-accepted-is-not-done' })
    await runner.open(PHASE)
    expect(await onDisk()).toEqual(['tasks.ts', 'web.py'])
    await runner.speak('python')
    expect(text('tasks.py')).toBe('# mine\n')
  })

  it('asks nothing of a step that exists in Python only', async () => {
    await pythonOnlyAtFirst()
    await runner.open('01-what-celery-is')
    lab.asked.length = 0
    await runner.speak('typescript')
    expect(lab.asked).toEqual([])
    expect(lesson().language).toBe('typescript')
  })

  it('names the task file of the language where a solution saves it', async () => {
    await solve({ 'tasks.py': '# python\n', 'tasks.ts': '// typescript\n' })
    const file = join(lessonsFolder, PHASE, '02-inside-a-message/lab.json')
    const lab = JSON.parse(await readFile(file, 'utf8')) as { solution: object[] }
    lab.solution = [{ do: 'save-file', file: 'tasks.py', fromSolution: true }, ...lab.solution]
    await writeFile(file, JSON.stringify(lab))
    await runner.open(PHASE, '02-inside-a-message')
    expect(lesson().steps[1]?.file).toBe('tasks.py')
    await runner.speak('typescript')
    expect(lesson().steps[1]?.file).toBe('tasks.ts')
    void runner.showMe('02-inside-a-message')
    await expect.poll(() => text('tasks.ts')).toBe('// typescript\n')
    await runner.cancel()
  })
})
