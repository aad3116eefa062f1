/** Opening any step from anywhere, as links and the search do: by phase and step, with everything edited on the way kept. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLessonRunner } from '../../src-main/lesson-runner/lesson-runner.js'
import type { LessonRunner } from '../../src-main/lesson-runner/lesson-runner-interface.js'
import { HandMadeLab } from './hand-made-lab.js'

const repository = join(import.meta.dirname, '../../lessons')
const FIRST = '01-what-celery-is'
const SECOND = '02-the-same-again'
const NOT_WRITTEN = '03-not-written'
let folder = ''
let lab: HandMadeLab
let runner: LessonRunner

/** A course of two phases with the steps of phase 1 in both, and a third that is not written. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-at-'))
  const lessonsFolder = join(folder, 'lessons')
  for (const id of [FIRST, SECOND]) await cp(join(repository, FIRST), join(lessonsFolder, id), { recursive: true })
  const phases = [FIRST, SECOND, NOT_WRITTEN].map((id) => ({ id, title: id, part: 'One', difficulty: 'basic' }))
  await writeFile(join(lessonsFolder, 'course.json'), JSON.stringify({ phases }))
  lab = new HandMadeLab()
  runner = createLessonRunner({ lessonsFolder, dataFolder: join(folder, 'data') }, lab)
})
afterEach(async () => {
  await runner.close()
  await rm(folder, { recursive: true, force: true })
})

const place = (): string => `${runner.lesson()?.phase.id}/${runner.lesson()?.stepId}`
const web = (): string => runner.files().find((file) => file.name === 'web.py')?.text ?? ''
async function refusal(reply: ReturnType<LessonRunner['open']>): Promise<string> {
  const refused = await reply
  return refused.ok ? 'done' : `${refused.problem.code}: ${refused.problem.what}`
}

describe('a step of another phase', () => {
  it('is opened with its own files, on a lab that is built for it once', async () => {
    await runner.resume()
    lab.asked.length = 0
    expect(await runner.openAt({ phase: 2, step: 4 })).toEqual({ ok: true, value: null })
    expect(place()).toBe(`${SECOND}/04-the-mail-server-stops`)
    expect(web()).toContain("MAIL = 'background'")
    expect(lab.asked.filter((asked) => asked.startsWith('build'))).toEqual(['build 04-the-mail-server-stops'])
  })

  it('is opened as the first thing after the start', async () => {
    await runner.openAt({ phase: 2, step: 2 })
    expect(place()).toBe(`${SECOND}/02-five-at-once`)
  })

  it('leaves what was edited in the phase before as it was', async () => {
    await runner.resume()
    await runner.saveFile('web.py', '# mine, in phase 1\n')
    await runner.openAt({ phase: 2, step: 3 })
    expect(web()).not.toContain('mine')
    await runner.openAt({ phase: 1, step: null })
    expect(place()).toBe(`${FIRST}/01-the-page-waits`)
    expect(web()).toBe('# mine, in phase 1\n')
  })

  it('keeps what was edited in the step where that phase was left', async () => {
    await runner.openAt({ phase: 2, step: 9 })
    await runner.saveFile('web.py', '# mine, in step 9\n')
    await runner.openAt({ phase: 1, step: null })
    await runner.openAt({ phase: 2, step: 3 })
    expect(web()).not.toContain('mine')
    await runner.openAt({ phase: 2, step: 9 })
    expect(web()).toBe('# mine, in step 9\n')
  })

  it('is opened by its name as well', async () => {
    await runner.resume()
    await runner.open(SECOND, '06-start-a-worker')
    expect(place()).toBe(`${SECOND}/06-start-a-worker`)
    await runner.open(SECOND, '05-accepted-is-not-done')
    expect(place()).toBe(`${SECOND}/05-accepted-is-not-done`)
  })
})

describe('a place that does not exist, or is open', () => {
  it('is told, and the learner stays', async () => {
    await runner.resume()
    expect(await refusal(runner.openAt({ phase: 9, step: 1 }))).toBe('no-such-phase: There is no phase 9.')
    expect(await refusal(runner.openAt({ phase: 1, step: 11 }))).toContain('There is no step 11 in phase 1')
    expect(await refusal(runner.openAt({ phase: 1, step: 0 }))).toContain('it has 10')
    expect(await refusal(runner.openAt({ phase: 3, step: 1 }))).toContain('phase-not-written')
    expect(await refusal(runner.open(SECOND, '99-nothing'))).toContain('no-such-step')
    expect(place()).toBe(`${FIRST}/01-the-page-waits`)
  })

  it('leaves the open step alone when it is that one', async () => {
    await runner.resume()
    lab.asked.length = 0
    await runner.openAt({ phase: 1, step: null })
    await runner.openAt({ phase: 1, step: 1 })
    expect(lab.asked).toEqual([])
  })
})
